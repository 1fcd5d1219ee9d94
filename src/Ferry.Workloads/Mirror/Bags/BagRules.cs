using Ferry.Core.Hashing;
using Ferry.Workloads.Mirror.Remote;

namespace Ferry.Workloads.Mirror.Bags;

/// <summary>What a mirror that makes or verifies a bag can be asked for.</summary>
public static class BagRules
{
    private const string Declaration = "bagit.txt";

    /// <summary>Why these options do not go with a bag, in a line that says what does; null if they do.</summary>
    public static string? WhyRefused(MirrorOptions options) =>
        options.Step is MirrorStep.Copy or MirrorStep.MakeManifest ? "--bagit goes with --step all or verify: the files around the payload are a part of it"
        : options.Algorithm == DigestAlgorithm.Blake3 ? "--bagit hashes with SHA-256, which all readers of bags know; leave out --algo blake3"
        : options.Manifest is not null ? "--bagit has its own manifest, manifest-sha256.txt; leave out --manifest"
        : options.Step == MirrorStep.Verify && options.Repair ? "--repair mends a bag while it is made: ferry mirror --bagit --repair SRC BAG"
        : options.Step == MirrorStep.Verify && options.Excludes.Count > 0 ? "a bag is verified as a whole; leave out --exclude and --include"
        : options.Engine == MirrorEngine.Rsync ? "--bagit hashes while it copies, which rsync cannot; leave out --engine"
        : IsRemote(options.Source) || IsRemote(options.Target) ? "--bagit needs a source and a bag on this machine"
        : null;

    /// <summary>The options with what a bag implies, also where a directory that is to be verified turns out to be one.</summary>
    /// <exception cref="IOException">It is a bag, and the options do not go with one.</exception>
    public static MirrorOptions Apply(MirrorOptions options)
    {
        if (!options.IsBag && !IsFound(options))
        {
            return options;
        }

        return WhyRefused(options) is { } reason
            ? throw new IOException(options.IsBag ? reason : $"{options.Bag} is a bag: {reason}")
            : options with { IsBag = true, Algorithm = DigestAlgorithm.Sha256 };
    }

    private static bool IsFound(MirrorOptions options) =>
        options is { Step: MirrorStep.Verify, Manifest: null }
        && File.Exists(Path.Join(options.Bag, Declaration))
        && !Array.Exists([DigestAlgorithm.Blake3, DigestAlgorithm.Sha256], algorithm => File.Exists(Path.Join(options.Bag, ManifestName.Of(algorithm))));

    private static bool IsRemote(string? end)
    {
        try
        {
            return end is not null && MirrorEnd.Parse(end).IsRemote;
        }
        catch (MirrorEndException)
        {
            return true;
        }
    }
}
