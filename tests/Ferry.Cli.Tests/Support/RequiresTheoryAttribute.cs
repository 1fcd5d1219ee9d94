namespace Ferry.Cli.Tests.Support;

/// <summary>A theory that is skipped, with the reason, where a program that it needs is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresTheoryAttribute : TheoryAttribute
{
    public RequiresTheoryAttribute(params string[] needs)
    {
        if (Array.Find(needs, n => !IsOnPath(n)) is { } missing)
            Skip = $"{missing} is not installed";
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(d => File.Exists(Path.Join(d, program)));
}
