namespace Ferry.Workloads.Caches.Doctor;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Worth knowing; nothing suffers.</summary>
    Note,

    /// <summary>Something works less well, or may fail under circumstances that are named.</summary>
    Warning,

    /// <summary>A sync or a push will fail or lose data.</summary>
    Problem,
}

/// <summary>What is looked at.</summary>
/// <param name="Name">For example <c>Scratch</c>, <c>Source HF_HOME</c>, <c>This machine</c>.</param>
/// <param name="Path">Its absolute path; null where it has none.</param>
public sealed record DoctorPlace(string Name, string? Path);

/// <summary>One thing that was found.</summary>
/// <param name="Place">Where.</param>
/// <param name="Probe">What was looked for: one word, stable for programs.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Found">What is so; one line.</param>
/// <param name="Ferry">What Ferry does about it; null where there is nothing to say.</param>
/// <param name="You">What the person can do; null where there is nothing.</param>
/// <param name="Value">The bare fact, for programs; null where the text is all there is.</param>
public sealed record Finding(
    DoctorPlace Place, string Probe, FindingSeverity Severity, string Found, string? Ferry = null, string? You = null, string? Value = null);
