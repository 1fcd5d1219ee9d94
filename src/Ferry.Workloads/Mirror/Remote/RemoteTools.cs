using Ferry.Core.Hashing;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>What another machine has for us.</summary>
/// <param name="HasDirectory">Whether the directory is there.</param>
/// <param name="HasRsync">Whether rsync is.</param>
/// <param name="HasFerry">Whether a ferry is that can mirror: it hashes on all cores.</param>
/// <param name="HasB3Sum">Whether <c>b3sum</c> is.</param>
/// <param name="HasSha256Sum">Whether <c>sha256sum</c> is.</param>
public sealed record RemoteTools(bool HasDirectory, bool HasRsync, bool HasFerry, bool HasB3Sum, bool HasSha256Sum)
{
    /// <summary>Whether it can hash so.</summary>
    public bool CanHash(DigestAlgorithm algorithm) => HasFerry || (algorithm == DigestAlgorithm.Blake3 ? HasB3Sum : HasSha256Sum);

    /// <summary>The program that does it.</summary>
    public string HasherFor(DigestAlgorithm algorithm) => HasFerry ? "ferry" : algorithm == DigestAlgorithm.Blake3 ? "b3sum" : "sha256sum";

    /// <summary>The algorithm to use where none was asked for: BLAKE3 if it can be had there; null if the machine cannot hash at all.</summary>
    public DigestAlgorithm? PreferredAlgorithm =>
        CanHash(DigestAlgorithm.Blake3) ? DigestAlgorithm.Blake3 : CanHash(DigestAlgorithm.Sha256) ? DigestAlgorithm.Sha256 : null;
}
