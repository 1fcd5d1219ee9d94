using Ferry.Core.Verifying;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>Both ends of a mirror, one of them on another machine.</summary>
/// <param name="Source">The tree that is mirrored.</param>
/// <param name="Target">Where to; null to verify the source itself.</param>
/// <param name="Remote">The one that is elsewhere.</param>
internal sealed record RemoteEnds(MirrorEnd Source, MirrorEnd? Target, MirrorEnd Remote)
{
    /// <summary>The ends of a mirror; null where no other machine takes part in it.</summary>
    /// <exception cref="MirrorEndException">An end cannot be meant as it is written, or both are elsewhere.</exception>
    public static RemoteEnds? Of(MirrorOptions options)
    {
        var source = MirrorEnd.Parse(options.Source);
        var target = options.Target is { } text ? MirrorEnd.Parse(text) : null;
        var remote = target is not null && options.Step != MirrorStep.MakeManifest ? MirrorEnd.RemoteOf(source, target) : source.IsRemote ? source : null;
        return remote is null ? null : new RemoteEnds(source, target, remote);
    }

    /// <summary>The end that is compared with the manifest.</summary>
    public MirrorEnd Verified => Target ?? Source;

    /// <summary>Whether the mirror writes on the other machine.</summary>
    public bool WritesThere(MirrorOptions options) => options.Step is MirrorStep.All or MirrorStep.Copy && Verified.IsRemote;

    /// <summary>Refuses what is not to be had with another machine.</summary>
    /// <exception cref="IOException">The message says what to do.</exception>
    public void Refuse(MirrorOptions options)
    {
        var reason = options.Step == MirrorStep.MakeManifest ? $"--step make-manifest reads a tree of this machine; run ferry, or b3sum, on {Remote.Place}"
            : options.Step == MirrorStep.Verify && Target is null && options.Manifest is null ? "name the manifest that it is compared with: --manifest PATH"
            : Verified.IsRemote && options.OnlyNew ? "--only-new needs the records of the machine that holds the files; leave it out"
            : Verified.IsRemote && options.Sample != ContentScope.All ? "--sample needs a destination on this machine; leave it out"
            : null;
        if (reason is not null)
        {
            throw new IOException($"{Remote}: {reason}");
        }
    }

    /// <summary>Opens the source, if it is here.</summary>
    /// <exception cref="IOException">It is no directory that can be read.</exception>
    public MirrorPlaces? OpenSource() => Source.IsRemote ? null : MirrorPlaces.OpenOne(Source.Path, "source");

    /// <summary>Opens the target, if it is here, and makes it if it is missing and may be made; null where there is none.</summary>
    /// <exception cref="IOException">It is no directory that can be read, or cannot be made.</exception>
    public MirrorPlaces? OpenTarget(MirrorOptions options)
    {
        if (Target is null or { IsRemote: true })
        {
            return null;
        }

        var isCopied = options.Step is MirrorStep.All or MirrorStep.Copy;
        if (isCopied && !options.DryRun && !Path.Exists(Target.Path))
        {
            Directory.CreateDirectory(Target.Path);
        }

        return isCopied && !Path.Exists(Target.Path) ? null : MirrorPlaces.OpenOne(Target.Path, "destination");
    }
}
