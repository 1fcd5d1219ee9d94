using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Core.Pushing;

/// <summary>
/// Removes the temporary files that killed pushes have left in directories of the source. Those of a push under way, perhaps of another user
/// on another node, are younger. Thread-safe.
/// </summary>
/// <param name="before">What was changed later stays.</param>
internal sealed class LeftoverRemover(Timestamp before)
{
    /// <summary>How old a temporary file must be: longer than the clocks of two nodes differ, and than one file takes.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromHours(1);

    /// <summary>Looks through an open directory. What cannot be removed stays for the next push: it is in nobody's way.</summary>
    public void Run(int directory, EngineWorker worker)
    {
        if (worker.Directory.Read(directory, static (name, _) => TemporaryName.IsTemporary(name) && !TemporaryName.IsOwn(name)) < 0)
        {
            return;
        }

        var (names, entries) = worker.Directory.ToListing();
        foreach (var entry in entries)
        {
            var name = names.AsSpan(entry.NameOffset, entry.NameLength + 1);
            if (Kernel.StatusOf(directory, name, out var status) == 0 && status.Kind is EntryKind.File or EntryKind.Symlink && status.Changed < before)
            {
                _ = Kernel.Remove(directory, name);
            }
        }
    }
}
