namespace Ferry.Cli.Output;

/// <summary>Which ferry this is.</summary>
internal static class ProgramVersion
{
    /// <summary>As <c>ferry --version</c> prints it.</summary>
    public static string Text { get; } = typeof(ProgramVersion).Assembly.GetName().Version!.ToString(3);
}
