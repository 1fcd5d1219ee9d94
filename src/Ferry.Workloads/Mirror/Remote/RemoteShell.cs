using System.Text;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>
/// How another machine is reached: by ssh, or by what <c>RSYNC_RSH</c> names, as rsync itself understands it. Without a terminal ssh may not ask for a
/// password, for nobody would answer.
/// </summary>
public sealed class RemoteShell
{
    // A machine that is gone is noticed after three minutes, also while it has nothing to say because it hashes.
    private static readonly string[] s_keepAlive = ["-oServerAliveInterval=30", "-oServerAliveCountMax=6"];

    private readonly string[] _words;

    private RemoteShell(string[] words, string text) => (_words, Text) = (words, text);

    /// <summary>The program.</summary>
    public string Program => _words[0];

    /// <summary>All of it in one line, as rsync's <c>--rsh</c> takes it.</summary>
    public string Text { get; }

    /// <summary>Reads the setting.</summary>
    /// <param name="rsyncRsh">Value of <c>RSYNC_RSH</c>; null or blank: ssh.</param>
    /// <param name="isInteractive">Whether somebody can answer questions.</param>
    /// <exception cref="FormatException">A quotation has no end.</exception>
    public static RemoteShell Parse(string? rsyncRsh, bool isInteractive)
    {
        if (!string.IsNullOrWhiteSpace(rsyncRsh))
        {
            return new RemoteShell(Split(rsyncRsh), rsyncRsh);
        }

        string[] words = ["ssh", .. s_keepAlive, .. isInteractive ? Array.Empty<string>() : ["-oBatchMode=yes"]];
        return new RemoteShell(words, string.Join(' ', words));
    }

    /// <summary>The arguments with which <see cref="Program"/> runs a command on a machine.</summary>
    /// <param name="end">A remote end.</param>
    /// <param name="command">Is read by the shell of the login there.</param>
    public List<string> ArgumentsFor(MirrorEnd end, string command)
    {
        var arguments = new List<string>(_words[1..]);
        if (end.User is not null)
        {
            arguments.AddRange(["-l", end.User]);
        }

        arguments.AddRange([end.Host!, command]);
        return arguments;
    }

    /// <summary>Words end at blanks outside of quotes; a quote written twice within its own kind stands for itself.</summary>
    private static string[] Split(string text)
    {
        var words = new List<string>();
        StringBuilder? word = null;
        var quote = '\0';
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == ' ' && quote == '\0')
            {
                AddTo(words, ref word);
            }
            else if (c == quote && quote != '\0' && i + 1 < text.Length && text[i + 1] == quote)
            {
                word!.Append(text[++i]);
            }
            else if (c == quote || (quote == '\0' && c is '\'' or '"'))
            {
                quote = quote == '\0' ? c : '\0';
                word ??= new StringBuilder();
            }
            else
            {
                (word ??= new StringBuilder()).Append(c);
            }
        }

        if (quote != '\0')
        {
            throw new FormatException($"RSYNC_RSH: the quotation that {quote} begins has no end: {text}");
        }

        AddTo(words, ref word);
        return [.. words];
    }

    private static void AddTo(List<string> words, ref StringBuilder? word)
    {
        if (word is not null)
        {
            words.Add(word.ToString());
            word = null;
        }
    }
}
