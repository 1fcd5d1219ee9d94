using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Push;

/// <summary>Is told what a push does while it does it, from several threads at a time. In a dry run: what it would do.</summary>
public interface IPushObserver
{
    /// <summary>A content is in the bucket that was not.</summary>
    /// <param name="blob">Its name.</param>
    /// <param name="path">Where it is, relative to the cache.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="isRepair">Whether it replaced a wrong one.</param>
    void OnSent(BlobName blob, string path, long bytes, bool isRepair);

    /// <summary>A revision's manifest was written.</summary>
    void OnManifest(RepoId repo, Revision revision);

    /// <summary>A ref was written.</summary>
    void OnRef(RepoId repo, RefName name, Revision revision);
}
