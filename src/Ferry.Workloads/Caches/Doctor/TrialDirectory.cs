using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>
/// Holds the directory in which scratch is tried out, made by a call that may be left behind: when that returns after all, what it
/// made is removed at once.
/// </summary>
internal sealed class TrialDirectory
{
    private readonly Lock _lock = new();
    private ProbeDirectory? _directory;
    private bool _isOver;

    public ProbeDirectory? Current
    {
        get
        {
            lock (_lock)
            {
                return _directory;
            }
        }
    }

    /// <summary>Its path, once made; empty before.</summary>
    public string Path { get; private set; } = "";

    public void Create(string parent)
    {
        var made = ProbeDirectory.Create(parent);
        lock (_lock)
        {
            if (!_isOver)
            {
                (_directory, Path) = (made, made.Path);
                return;
            }
        }

        made.Dispose();
    }

    /// <summary>Removes it. 0, or the error number.</summary>
    public int Remove()
    {
        lock (_lock)
        {
            _isOver = true;
        }

        return Current?.Remove() ?? 0;
    }
}
