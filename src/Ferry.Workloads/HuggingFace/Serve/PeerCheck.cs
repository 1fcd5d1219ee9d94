using System.Net;
using Ferry.Core.Linux;

namespace Ferry.Workloads.HuggingFace.Serve;

/// <summary>
/// Keeps other users of this machine out: what is served was fetched with the credentials of the one who serves it. Where the kernel does not tell whose a connection is,
/// everybody is let in, and the observer is told so once. Thread-safe.
/// </summary>
/// <param name="servesOthers">Whether everybody is to be let in.</param>
/// <param name="observer">Is told.</param>
internal sealed class PeerCheck(bool servesOthers, IServeObserver observer)
{
    private const uint Root = 0;

    private int _told;

    /// <summary>Whether a request is from somebody who may ask.</summary>
    public bool IsAllowed(HttpListenerRequest request)
    {
        if (servesOthers)
        {
            return true;
        }

        try
        {
            var owner = ConnectionOwner.Find(request.RemoteEndPoint, request.LocalEndPoint);
            return owner == PathFacts.EffectiveUserId || owner == Root;
        }
        catch (LinuxException e)
        {
            if (Interlocked.Exchange(ref _told, 1) == 0)
            {
                observer.OnFailed("/", $"whose the connections are cannot be told, so every user of this machine is served ({e.Message})");
            }

            return true;
        }
    }
}
