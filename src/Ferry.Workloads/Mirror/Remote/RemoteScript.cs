using System.Text;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>
/// A command for the login shell of another machine, whichever that is (sh, zsh, fish, tcsh): a script of ours for <c>sh</c> and its arguments. All
/// stands in single quotes and holds no character that any of these shells would see in them; arguments are decoded by the script itself.
/// </summary>
internal static class RemoteScript
{
    /// <summary>What the arguments hold that needs no code.</summary>
    private const string PlainPunctuation = "/._-+=,:@";

    /// <summary>
    /// Decodes all arguments. That there is a character behind each keeps line ends at their end, which the shell would take away.
    /// </summary>
    private const string Decode = "for a do shift; v=$(printf %b_ \"$a\"); set -- \"$@\" \"${v%_}\"; done; ";

    /// <summary>The command.</summary>
    /// <param name="script">For sh, on one line, without single quotes, exclamation marks, and backslashes before quotes or backslashes.</param>
    /// <param name="arguments">Any text; <c>$1</c> and so on in the script.</param>
    public static string Command(string script, params IEnumerable<string> arguments)
    {
        var command = new StringBuilder("exec sh -c '").Append(Decode).Append(script).Append("' sh");
        foreach (var argument in arguments)
        {
            command.Append(" '");
            foreach (var b in Encoding.UTF8.GetBytes(argument))
            {
                AppendByte(command, b);
            }

            command.Append('\'');
        }

        return command.ToString();
    }

    private static void AppendByte(StringBuilder command, byte b)
    {
        if (char.IsAsciiLetterOrDigit((char)b) || PlainPunctuation.Contains((char)b, StringComparison.Ordinal))
        {
            command.Append((char)b);
        }
        else
        {
            command.Append("\\0").Append(Convert.ToString(b, 8).PadLeft(3, '0'));
        }
    }
}
