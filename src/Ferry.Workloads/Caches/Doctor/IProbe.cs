namespace Ferry.Workloads.Caches.Doctor;

/// <summary>Looks at one thing of one place.</summary>
internal interface IProbe
{
    /// <summary>One word, stable for programs.</summary>
    string Name { get; }

    /// <summary>Looks, and adds what it found. May hang where a file server does: it is called with a time limit.</summary>
    /// <exception cref="IOException">It could not look; the message says why.</exception>
    void Run(FindingList findings);
}
