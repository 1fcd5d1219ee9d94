namespace Ferry.Cli.Output;

/// <summary>Asks the person at the terminal.</summary>
internal static class Question
{
    /// <summary>Asks for yes or no; the end of input is the default.</summary>
    public static bool Confirm(CommandContext context, string question, bool byDefault)
    {
        while (true)
        {
            context.Error.Write($"{question} {(byDefault ? "[Y/n]" : "[y/N]")} ");
            switch (context.In.ReadLine()?.Trim().ToLowerInvariant())
            {
                case null or "": return byDefault;
                case "y" or "yes": return true;
                case "n" or "no": return false;
            }
        }
    }

    /// <summary>Asks for a line; null when input has ended or the line is empty.</summary>
    public static string? Ask(CommandContext context, string question)
    {
        context.Error.Write(question + " ");
        return context.In.ReadLine()?.Trim() is { Length: > 0 } answer ? answer : null;
    }
}
