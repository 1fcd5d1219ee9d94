using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>A source or destination that cannot be meant as it is written. The message says what is wrong and what to write.</summary>
public sealed class MirrorEndException(string text, string reason) : FormatException($"{PathText.Display(Encoding.UTF8.GetBytes(text))}: {reason}");

/// <summary>
/// A source or destination, written as for rsync: <c>path</c>, <c>host:path</c>, <c>user@host:path</c>, <c>[::1]:path</c>. What has a slash before
/// its first colon is a path of this machine.
/// </summary>
public sealed record MirrorEnd
{
    private const string OnlySsh = "only what ssh reaches can be verified; write host:/path";

    private MirrorEnd(string text) => Text = text;

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Name or address of another machine, without brackets; null for this one.</summary>
    public string? Host { get; private init; }

    /// <summary>Who logs in there; null to leave it to ssh.</summary>
    public string? User { get; private init; }

    /// <summary>
    /// The directory. Elsewhere: absolute, or beginning with <c>./</c> and relative to the home directory, so that nobody takes it for an option.
    /// </summary>
    public required string Path { get; init; }

    /// <summary>Whether it is on another machine.</summary>
    public bool IsRemote => Host is not null;

    /// <summary>The remote one of two ends; null where both are here.</summary>
    /// <exception cref="MirrorEndException">Both are remote.</exception>
    public static MirrorEnd? RemoteOf(MirrorEnd source, MirrorEnd destination) =>
        source.IsRemote && destination.IsRemote
            ? throw new MirrorEndException(destination.Text, "the source is on another machine too; run ferry mirror on one of the two")
            : source.IsRemote ? source : destination.IsRemote ? destination : null;

    /// <summary>Reads an end.</summary>
    /// <exception cref="MirrorEndException">It cannot be meant so.</exception>
    public static MirrorEnd Parse(string text)
    {
        if (text.Length == 0)
        {
            throw new MirrorEndException("''", "is empty; write a directory, or host:/path");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw new MirrorEndException(text, "no path can hold a NUL character");
        }

        if (text.StartsWith("rsync://", StringComparison.OrdinalIgnoreCase))
        {
            throw new MirrorEndException(text, $"an rsync daemon runs no check; {OnlySsh}");
        }

        var colon = ColonOf(text);
        return colon < 0 ? new MirrorEnd(text) { Path = text } : Remote(text, text[..colon], text[(colon + 1)..]);
    }

    /// <summary>The word by which rsync knows it, with a slash at its end: what is in the directory, not the directory.</summary>
    public string ToRsync()
    {
        var path = Path.EndsWith('/') ? Path : Path + "/";
        if (Host is null)
        {
            return path.StartsWith('/') ? path : "./" + path;
        }

        var host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        return User is null ? $"{host}:{path}" : $"{User}@{host}:{path}";
    }

    /// <summary>For messages: whom ssh is to reach.</summary>
    public string Login => User is null ? Place : PathText.Display(Encoding.UTF8.GetBytes($"{User}@{Host}"));

    /// <summary>For messages: the machine, or the path where it is this one.</summary>
    public string Place => PathText.Display(Encoding.UTF8.GetBytes(Host ?? Path));

    /// <inheritdoc/>
    public override string ToString() => PathText.Display(Encoding.UTF8.GetBytes(Text));

    /// <summary>Where the host ends; -1 for a path of this machine.</summary>
    private static int ColonOf(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (colon < 0 || (slash >= 0 && slash < colon))
        {
            return -1;
        }

        // The brackets of an address have colons of their own.
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0 || bracket > colon || (bracket > 0 && text[bracket - 1] != '@'))
        {
            return colon;
        }

        var end = text.IndexOf("]:", bracket, StringComparison.Ordinal);
        return end >= 0 ? end + 1 : throw new MirrorEndException(text, "the address has no end; write [ADDRESS]:/path");
    }

    private static MirrorEnd Remote(string text, string login, string path)
    {
        if (path.StartsWith(':'))
        {
            throw new MirrorEndException(text, $"two colons mean a module of an rsync daemon, which runs no check; {OnlySsh}");
        }

        var at = login.LastIndexOf('@');
        var user = at < 0 ? null : login[..at];
        var host = login[(at + 1)..];
        var isAddress = host is ['[', .., ']'];
        if (isAddress)
        {
            host = host[1..^1];
        }

        CheckName(text, "host", host, isAddress ? ":%." : "-_.");
        if (user is not null)
        {
            CheckName(text, "user", user, "-_.@+\\$");
        }

        return new MirrorEnd(text) { Host = host, User = user, Path = RemotePath(text, path) };
    }

    /// <summary>Names of hosts and users become arguments of ssh: nothing may be taken for an option, or mean something to a shell.</summary>
    private static void CheckName(string text, string what, string name, string punctuation)
    {
        var reason = name.Length == 0 ? $"the {what} is empty; write host:/path, or ./PATH for a path of this machine with a colon"
            : name[0] == '-' ? $"the {what} begins with '-', which ssh would take for an option; for a path of this machine write ./PATH"
            : name.All(c => c > 0x9f || char.IsAsciiLetterOrDigit(c) || punctuation.Contains(c, StringComparison.Ordinal)) ? null
            : $"the {what} holds characters that no {what} name has; for a path of this machine with a colon write ./PATH";
        if (reason is not null)
        {
            throw new MirrorEndException(text, reason);
        }
    }

    private static string RemotePath(string text, string path)
    {
        // A login begins in the home directory, so that ~ need not be left to a shell there.
        path = path == "~" ? "." : path.StartsWith("~/", StringComparison.Ordinal) ? "./" + path[2..] : path;
        var reason = path.Length == 0 ? "the path is empty; write host:. for the home directory there"
            : path[0] == '~' ? "another user's home directory cannot be given by ~; write the whole path"
            : path.Any(static c => char.IsControl(c)) ? "the path holds control characters, which are not passed to another machine"
            : null;
        return reason is not null ? throw new MirrorEndException(text, reason)
            : path[0] == '/' || path.StartsWith("./", StringComparison.Ordinal) ? path : "./" + path;
    }
}
