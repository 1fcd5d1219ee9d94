namespace Ferry.Workloads.Caches.Doctor;

/// <summary>What one probe finds.</summary>
internal sealed class FindingList(DoctorPlace place, string probe)
{
    public List<Finding> All { get; } = [];

    public DoctorPlace Place { get; } = place;

    public void Ok(string found, string? ferry = null, string? value = null) => Add(FindingSeverity.Ok, found, ferry, null, value);

    public void Note(string found, string? ferry = null, string? you = null, string? value = null) =>
        Add(FindingSeverity.Note, found, ferry, you, value);

    public void Warning(string found, string? ferry = null, string? you = null, string? value = null) =>
        Add(FindingSeverity.Warning, found, ferry, you, value);

    public void Problem(string found, string? ferry = null, string? you = null, string? value = null) =>
        Add(FindingSeverity.Problem, found, ferry, you, value);

    public void Add(FindingSeverity severity, string found, string? ferry, string? you, string? value) =>
        All.Add(new Finding(Place, probe, severity, found, ferry, you, value));
}
