namespace Ferry.Fault.Tests.Histories;

/// <summary>What somebody does to one of the trees, or which command is run.</summary>
internal enum StepKind
{
    /// <summary>Writes a file, in place if there is one.</summary>
    Write,

    /// <summary>Writes a file beside and renames it.</summary>
    Replace,

    /// <summary>Makes a symbolic link, in place of what has the name.</summary>
    Link,

    /// <summary>Makes a second name for a file.</summary>
    HardLink,

    /// <summary>Removes a file, or a directory with all that is in it.</summary>
    Remove,

    /// <summary>Gives a file or directory another name.</summary>
    Rename,

    /// <summary>Makes a directory, in place of a file if there is one.</summary>
    MakeDirectory,

    /// <summary>Changes a mode only.</summary>
    Chmod,

    /// <summary>Changes a time only.</summary>
    Touch,

    Push,
    DryRun,
    Sync,
}

/// <summary>One step of a history. Numbers only, which are taken modulo what there is: a history that is cut short can still be played.</summary>
internal sealed record Step(StepKind Kind, bool OnScratch, int Path, int OtherPath, int Variant)
{
    // Of ten steps two are commands.
    private static readonly StepKind[] Frequencies =
    [
        .. Enumerable.Repeat(StepKind.Write, 8), .. Enumerable.Repeat(StepKind.Replace, 8), .. Enumerable.Repeat(StepKind.Link, 3), StepKind.HardLink,
        .. Enumerable.Repeat(StepKind.Remove, 5), .. Enumerable.Repeat(StepKind.Rename, 4), .. Enumerable.Repeat(StepKind.MakeDirectory, 3),
        StepKind.Chmod, .. Enumerable.Repeat(StepKind.Touch, 2),
        .. Enumerable.Repeat(StepKind.Push, 5), StepKind.DryRun, .. Enumerable.Repeat(StepKind.Sync, 4),
    ];

    public bool IsCommand => Kind is StepKind.Push or StepKind.DryRun or StepKind.Sync;

    public static List<Step> History(int seed)
    {
        var random = new Random(seed);
        var steps = new List<Step>();
        for (var i = random.Next(8, 30); i > 0; i--)
            steps.Add(new Step(
                Frequencies[random.Next(Frequencies.Length)], random.Next(2) == 0, random.Next(1000), random.Next(1000), random.Next(1000)));
        return steps;
    }
}
