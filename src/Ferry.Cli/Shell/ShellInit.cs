using System.Text;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Shell;

/// <summary>
/// The shell function that applies the exports of a sync to the shell it is called in. What ferry prints is evaluated only if it
/// starts as an export does: help and JSON are shown as they are, whichever options led to them.
/// </summary>
internal static class ShellInit
{
    /// <summary>The function's name unless another is asked for; the older tool's.</summary>
    public const string DefaultFunction = "ef";

    // Words that the function itself uses, or that a shell would no longer parse.
    private static readonly string[] Reserved =
    [
        "and", "begin", "builtin", "case", "command", "count", "do", "done", "elif", "else", "end", "env", "esac", "eval", "exec", "exit",
        "export", "fi", "for", "function", "if", "in", "local", "not", "or", "printf", "return", "select", "set", "shift", "source",
        "status", "string", "switch", "test", "then", "time", "unalias", "until", "while",
    ];

    /// <summary>The text to evaluate in a shell's start-up file.</summary>
    /// <param name="shell">The shell.</param>
    /// <param name="function">The function's name.</param>
    /// <param name="program">Absolute path of ferry, or null to find it on PATH at each call.</param>
    /// <exception cref="ConfigException">The name cannot be a function's.</exception>
    public static string Text(ShellKind shell, string function, string? program)
    {
        CheckName(function);
        var ferry = program is null ? "ferry" : Quoted(shell, program);
        return shell switch
        {
            ShellKind.Fish => Fill(Fish, function, "command " + ferry),
            // One word for the whole body: eval `ferry shell-init` splits what it gets at blanks and expands patterns in it.
            ShellKind.Tcsh => $"alias {function} {Quoted(shell, Fill(Tcsh, function, ferry))};\n",
            _ => Fill(Bash, function, "command " + ferry).Replace("SHELL", ShellKinds.Names[(int)shell], StringComparison.Ordinal),
        };
    }

    private static string Fill(string text, string function, string program) => text
        .Replace("FUNCTION", function, StringComparison.Ordinal)
        .Replace("FERRY", program, StringComparison.Ordinal);

    /// <summary>A text as one word of the shell's language.</summary>
    public static string Quoted(ShellKind shell, string program)
    {
        using var word = new MemoryStream();
        ShellExport.WriteWord(shell, word, Encoding.UTF8.GetBytes(program));
        return Encoding.UTF8.GetString(word.GetBuffer(), 0, (int)word.Length);
    }

    /// <summary>Refuses what cannot be the name of a function.</summary>
    /// <exception cref="ConfigException">It cannot.</exception>
    public static void CheckName(string function)
    {
        foreach (var c in function)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
                throw BadName(function);
        }
        if (function.Length == 0 || char.IsAsciiDigit(function[0]) || function[0] == '-' || Array.IndexOf(Reserved, function) >= 0)
            throw BadName(function);
    }

    private static ConfigException BadName(string function) => new(
        $"--function must be a name of letters, digits, _ and - that the shell does not use itself, not '{Printable.Shorten(function)}'");

    // An alias of the same name would be called instead, and with the "name()" form even break the definition.
    // "|| ef_code=" keeps a shell with "set -e" alive until the exports of what did succeed are in place.
    private const string Bash = """
        unalias FUNCTION 2>/dev/null || :
        function FUNCTION {
            if [ "${1-sync}" != sync ]; then
                FERRY "$@"
                return
            fi
            [ "$#" -eq 0 ] || shift
            local ef_out ef_code=0
            ef_out="$(FERRY sync --shell SHELL "$@")" || ef_code=$?
            case "$ef_out" in
                'export '*) eval "$ef_out" || ef_code=1 ;;
                ?*) printf '%s\n' "$ef_out" ;;
            esac
            return "$ef_code"
        }

        """;

    // Every statement ends in ";" because eval (ferry shell-init) joins the lines with spaces.
    private const string Fish = """
        function FUNCTION --wraps ferry;
            if test (count $argv) -gt 0; and test "$argv[1]" != sync;
                FERRY $argv;
                return $status;
            end;
            set -l ef_out (FERRY sync --shell fish $argv[2..-1]);
            set -l ef_code $status;
            if string match -q -- 'set -gx *' "$ef_out[1]";
                eval $ef_out; or set ef_code 1;
            else if test (count $ef_out) -gt 0;
                printf '%s\n' $ef_out;
            end;
            return $ef_code;
        end;

        """;

    // tcsh has no functions, and its blocks are not allowed in an alias: every step asks for itself whether it applies. The last one
    // hands on the exit code and removes the last variable. Arguments of sync with blanks in them are the one thing that fails.
    private const string Tcsh =
        "set _ef_a = (!*); " +
        "if ($#_ef_a == 0) set _ef_a = sync; " +
        "if (\"$_ef_a[1]\" == sync) set _ef_o = (\"`FERRY sync --shell tcsh $_ef_a[2-]:q`\"); " +
        "set _ef_s = $status; " +
        "if (\"$_ef_a[1]\" != sync) FERRY $_ef_a:q; " +
        "if (\"$_ef_a[1]\" != sync) set _ef_s = $status; " +
        "if (\"$_ef_a[1]\" != sync) set _ef_o = (); " +
        "if (\"$_ef_o\" =~ setenv*) eval \"$_ef_o\"; " +
        "if (\"$_ef_o\" !~ setenv* && \"$_ef_o\" != \"\") printf '%s\\n' $_ef_o:q; " +
        "unset _ef_a _ef_o; " +
        "eval \"unset _ef_s; (exit $_ef_s)\"";
}
