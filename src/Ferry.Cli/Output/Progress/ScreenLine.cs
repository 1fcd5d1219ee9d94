namespace Ferry.Cli.Output;

/// <summary>A line on a terminal.</summary>
/// <param name="Text">With its escape sequences, without a line end.</param>
/// <param name="Columns">How many characters of it can be seen.</param>
internal readonly record struct ScreenLine(string Text, int Columns);
