using System.Text;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Values;

/// <summary>Expands <c>~</c>, <c>$NAME</c> and <c>${NAME}</c> in configured paths; <c>$$</c> is a dollar sign.</summary>
internal static class PathExpander
{
    /// <summary>Expands a path.</summary>
    /// <param name="text">The path as configured.</param>
    /// <param name="environment">Gives the variables and the home directory.</param>
    /// <param name="problem">Why it cannot be expanded: a half sentence.</param>
    /// <returns>The expanded text, or null if there is a problem.</returns>
    public static string? Expand(string text, IHostEnvironment environment, out string? problem)
    {
        problem = null;
        var rest = text.AsSpan();
        var result = new StringBuilder(text.Length + 32);
        if (rest is "~" || rest.StartsWith("~/"))
        {
            result.Append(environment.Home);
            rest = rest[1..];
        }
        else if (rest.StartsWith('~'))
        {
            problem = $"'{Printable.Shorten(text)}' names another user's home; write the whole path";
            return null;
        }
        while (rest.IndexOf('$') is >= 0 and var dollar)
        {
            result.Append(rest[..dollar]);
            rest = rest[(dollar + 1)..];
            problem = AppendVariable(result, ref rest, environment);
            if (problem is not null)
                return null;
        }
        return result.Append(rest).ToString();
    }

    /// <summary>The text that expands to the given path: for paths that are meant literally.</summary>
    public static string Escape(string path) => path.Replace("$", "$$", StringComparison.Ordinal);

    private static string? AppendVariable(StringBuilder result, ref ReadOnlySpan<char> rest, IHostEnvironment environment)
    {
        if (rest.StartsWith('$'))
        {
            result.Append('$');
            rest = rest[1..];
            return null;
        }
        var braced = rest.StartsWith('{');
        var name = braced ? BracedName(rest) : PlainName(rest);
        if (name.Length == 0)
            return "'$' must be followed by a variable's name; write $$ for a dollar sign";
        rest = rest[(name.Length + (braced ? 2 : 0))..];
        if (environment.Get(name) is not { } value)
            return $"the variable {name} is not set";
        if (value.Length == 0)
            return $"the variable {name} is empty";
        result.Append(value);
        return null;
    }

    private static string PlainName(ReadOnlySpan<char> rest)
    {
        var length = 0;
        while (length < rest.Length && (char.IsAsciiLetterOrDigit(rest[length]) || rest[length] == '_'))
            length++;
        return length > 0 && !char.IsAsciiDigit(rest[0]) ? rest[..length].ToString() : "";
    }

    private static string BracedName(ReadOnlySpan<char> rest)
    {
        var name = PlainName(rest[1..]);
        return name.Length + 1 < rest.Length && rest[name.Length + 1] == '}' ? name : "";
    }
}
