using System.Net;
using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Serve.Answers;
using Ferry.Workloads.HuggingFace.Serve.Sources;

namespace Ferry.Workloads.HuggingFace.Serve;

/// <summary>One request and its answer.</summary>
/// <param name="context">The request.</param>
/// <param name="revisions">What is served.</param>
/// <param name="self">The server's own address.</param>
/// <param name="peers">Who may ask.</param>
/// <param name="observer">Is told what came of it.</param>
/// <param name="guard">Gives up what stalls.</param>
internal sealed class HubExchange(HttpListenerContext context, ServedRevisions revisions, Uri self, PeerCheck peers, IServeObserver observer, StallGuard guard)
{
    private const int MaxAddress = 8 * 1024;
    private const int ShownBytes = 500;

    private readonly HttpListenerRequest _request = context.Request;
    private long _sent;

    /// <summary>What was asked for, fit for display.</summary>
    private string Shown => PathText.Display(Encoding.UTF8.GetBytes(RawPath.Length <= ShownBytes ? RawPath : RawPath[..ShownBytes]));

    private string RawPath => (_request.RawUrl ?? "").Split('?', 2)[0];

    /// <summary>Answers. Throws nothing: whoever cannot be answered has the connection closed.</summary>
    public async Task RunAsync()
    {
        // Neither reading nor writing of the listener looks at tokens once it has begun.
        using var givenUp = guard.Token.UnsafeRegister(static state => GiveUp((HttpListenerResponse)state!), context.Response);
        try
        {
            await AnswerAsync().ConfigureAwait(false);
            var status = context.Response.StatusCode;
            context.Response.Close();
            observer.OnAnswered(new ServedRequest(MethodShown(), Shown, status, _sent));
        }
        catch (Exception e)
        {
            GiveUp(context.Response);
            if (e is StoreException or LinuxException)
            {
                observer.OnFailed(Shown, e.Message);
            }
            else if (!IsClients(e))
            {
                observer.OnFailed(Shown, $"{e.GetType().Name}: {e.Message}");
            }
        }
    }

    private async Task AnswerAsync()
    {
        var address = _request.RawUrl ?? "";
        if (!IsForThis(_request.UserHostName))
        {
            await RefuseAsync(421, null, "this server answers to its own name only").ConfigureAwait(false);
        }
        else if (!peers.IsAllowed(_request))
        {
            await RefuseAsync(403, null, "this server is for the user who started it").ConfigureAwait(false);
        }
        else if (address.Length > MaxAddress)
        {
            await RefuseAsync(414, null, "the address is too long").ConfigureAwait(false);
        }
        else if (!HubRoute.TryParse(RawPath, out var route))
        {
            await RefuseAsync(404, null, "there is no such thing here: ferry hf serve answers what downloads ask for").ConfigureAwait(false);
        }
        else if (_request.HttpMethod is not ("GET" or "HEAD") && !(_request.HttpMethod == "POST" && route.Question == HubQuestion.PathsInfo))
        {
            context.Response.AddHeader("Allow", "GET, HEAD");
            await RefuseAsync(405, null, "this server is for downloads only").ConfigureAwait(false);
        }
        else
        {
            await TryAnswerAsync(route, new HubQuery(address.Split('?', 2) is [_, var query] ? query : "")).ConfigureAwait(false);
        }
    }

    private async Task TryAnswerAsync(HubRoute route, HubQuery query)
    {
        try
        {
            await AnswerAsync(route, query).ConfigureAwait(false);
        }
        catch (Exception e) when (_sent == 0 && e is StoreException or LinuxException)
        {
            // Nothing of it was sent, so it can still be said.
            observer.OnFailed(Shown, e.Message);
            context.Response.Headers.Clear();
            var isBusy = e is StoreException { Error: StoreError.Throttled or StoreError.Transient };
            await RefuseAsync(isBusy ? 503 : 502, null, isBusy ? "the team's store does not answer at the moment" : "the team's store did not give what it should have").ConfigureAwait(false);
        }
    }

    private async Task AnswerAsync(HubRoute route, HubQuery query)
    {
        if (route.Question == HubQuestion.WhoAmI)
        {
            await RefuseAsync(401, null, "nobody logs in here").ConfigureAwait(false);
            return;
        }

        if (route.Question == HubQuestion.Refs)
        {
            var refs = await revisions.ListRefsAsync(route.Repo!, guard.Token).ConfigureAwait(false);
            await (refs.Count == 0 ? NoRepoAsync() : ApiAnswer.WriteRefsAsync(context, refs, guard)).ConfigureAwait(false);
            return;
        }

        if (await revisions.FindAsync(route.Repo!, route.Revision, guard.Token).ConfigureAwait(false) is not { } tree)
        {
            var refs = await revisions.ListRefsAsync(route.Repo!, guard.Token).ConfigureAwait(false);
            await (refs.Count == 0 ? NoRepoAsync() : RefuseAsync(404, "RevisionNotFound", "the bucket and the cache have no such revision of it")).ConfigureAwait(false);
            return;
        }

        guard.Restart();
        await AnswerAsync(route, query, tree).ConfigureAwait(false);
    }

    private Task AnswerAsync(HubRoute route, HubQuery query, ServedTree tree) => route.Question switch
    {
        HubQuestion.Info => ApiAnswer.WriteInfoAsync(context, tree, query, guard),
        HubQuestion.Tree when route.Path is { } path && tree.Find(path.Text) is not { File: null } => NoEntryAsync(tree),
        HubQuestion.Tree => ApiAnswer.WriteTreeAsync(context, tree, route, query, self, guard),
        HubQuestion.PathsInfo => AnswerPathsAsync(tree),
        _ => AnswerFileAsync(route, tree),
    };

    private async Task AnswerFileAsync(HubRoute route, ServedTree tree)
    {
        if (tree.Find(route.Path!.Value.Text)?.File is not { } file)
        {
            await NoEntryAsync(tree).ConfigureAwait(false);
            return;
        }

        if (route.Question == HubQuestion.Raw && file.Blob.IsSha256)
        {
            await WriteBytesAsync(HubTree.Pointer(file.Blob, file.Bytes)).ConfigureAwait(false);
            return;
        }

        var answer = new FileAnswer(context, tree.Manifest, file, guard);
        try
        {
            await answer.WriteAsync(revisions).ConfigureAwait(false);
        }
        finally
        {
            _sent = answer.Sent;
        }
    }

    private async Task WriteBytesAsync(byte[] bytes)
    {
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.ContentLength64 = bytes.Length;
        if (_request.HttpMethod != "HEAD")
        {
            await context.Response.OutputStream.WriteAsync(bytes, guard.Token).ConfigureAwait(false);
        }
    }

    private async Task AnswerPathsAsync(ServedTree tree)
    {
        var announced = _request.ContentLength64 is >= 0 and var length ? Math.Min(length, PathsRequest.MaxBytes) : PathsRequest.MaxBytes;
        var body = new byte[announced + 1];
        var count = await _request.InputStream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, guard.Token).ConfigureAwait(false);
        var isForm = _request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        var request = count > PathsRequest.MaxBytes ? null : PathsRequest.TryRead(body.AsSpan(0, count), isForm);
        await (request is null
            ? RefuseAsync(400, null, "the request has no paths, or too many")
            : ApiAnswer.WritePathsAsync(context, tree, request, guard)).ConfigureAwait(false);
    }

    private Task NoRepoAsync() => RefuseAsync(404, "RepoNotFound", "neither the bucket nor the cache has this repository");

    private Task NoEntryAsync(ServedTree tree)
    {
        if (tree.Manifest.IsComplete)
        {
            // With the commit clients note that there is no such file, which is not known of a revision that may have more.
            context.Response.AddHeader("X-Repo-Commit", tree.Manifest.Revision.Hex);
        }

        return RefuseAsync(404, "EntryNotFound", "the revision has no such file, as far as the bucket and the cache know");
    }

    private Task RefuseAsync(int status, string? code, string message) => ApiAnswer.WriteErrorAsync(context, status, code, message, guard);

    /// <summary>A page of the web that had its own name lead to this machine is none of the hub's clients.</summary>
    private bool IsForThis(string? host) =>
        host == self.Authority || host == $"127.0.0.1:{self.Port}" || string.Equals(host, $"localhost:{self.Port}", StringComparison.OrdinalIgnoreCase);

    private string MethodShown() => _request.HttpMethod is "GET" or "HEAD" or "POST" ? _request.HttpMethod : "other";

    private static void GiveUp(HttpListenerResponse response)
    {
        try
        {
            response.Abort();
        }
        catch (Exception e) when (IsClients(e))
        {
            // It is closed already.
        }
    }

    /// <summary>Whether it is the client that went away, or was given up.</summary>
    private static bool IsClients(Exception e) => e is OperationCanceledException or HttpListenerException or ObjectDisposedException or IOException or InvalidOperationException;
}
