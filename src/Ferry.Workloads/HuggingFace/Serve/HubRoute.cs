using System.Diagnostics.CodeAnalysis;
using System.Text;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Serve;

/// <summary>What an address of the hub's API asks for.</summary>
internal enum HubQuestion
{
    /// <summary>What a revision is: its commit and files.</summary>
    Info,

    /// <summary>A listing.</summary>
    Tree,

    /// <summary>Facts of single paths.</summary>
    PathsInfo,

    /// <summary>Branches and others.</summary>
    Refs,

    /// <summary>A file.</summary>
    File,

    /// <summary>What git has of a file: the file, or a text that stands for it.</summary>
    Raw,

    /// <summary>Who the token is: nobody.</summary>
    WhoAmI,
}

/// <summary>An address of the hub's API, taken apart. All names are right.</summary>
/// <param name="Question">What is asked for.</param>
internal sealed record HubRoute(HubQuestion Question)
{
    private const string Main = "main";

    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The repository, but for <see cref="HubQuestion.WhoAmI"/>.</summary>
    public RepoId? Repo { get; private init; }

    /// <summary>A ref or a commit.</summary>
    public string Revision { get; private init; } = Main;

    /// <summary>The file, or the directory that is listed; null for the top.</summary>
    public RepoPath? Path { get; private init; }

    /// <summary>Takes an address apart; what is none of these, or not exactly written so, is refused.</summary>
    /// <param name="rawPath">As it came, without the query.</param>
    /// <param name="route">What it asks for.</param>
    public static bool TryParse(string rawPath, [NotNullWhen(true)] out HubRoute? route)
    {
        route = rawPath.StartsWith('/') && TrySplit(rawPath[1..]) is { } parts ? parts[0] == "api" ? ParseApi(parts.AsSpan(1)) : ParseFile(parts) : null;
        return route is not null;
    }

    private static HubRoute? ParseApi(ReadOnlySpan<string> parts)
    {
        if (parts is ["whoami-v2"])
        {
            return new HubRoute(HubQuestion.WhoAmI);
        }

        if (parts.Length < 2 || TypeOf(parts[0]) is not { } type)
        {
            return null;
        }

        // An id has one part or two; what follows tells which.
        var idParts = parts.Length == 2 || IsVerb(parts[2]) ? 1 : 2;
        if (!RepoId.TryParse(type, string.Join('/', parts.Slice(1, idParts)!), out var repo, out _))
        {
            return null;
        }

        return parts[(1 + idParts)..] switch
        {
            [] => new HubRoute(HubQuestion.Info) { Repo = repo },
            ["refs"] => new HubRoute(HubQuestion.Refs) { Repo = repo },
            ["revision", .. var rest] => WithRevision(HubQuestion.Info, repo, rest, needsPath: false) is { Path: null } info ? info : null,
            ["tree", .. var rest] => WithRevision(HubQuestion.Tree, repo, rest, needsPath: false),
            ["paths-info", .. var rest] => WithRevision(HubQuestion.PathsInfo, repo, rest, needsPath: false) is { Path: null } info ? info : null,
            _ => null,
        };
    }

    private static HubRoute? ParseFile(ReadOnlySpan<string> parts)
    {
        var type = parts[0] is "datasets" or "spaces" ? TypeOf(parts[0])!.Value : RepoType.Model;
        var rest = type == RepoType.Model ? parts : parts[1..];
        var verb = rest.Length > 1 && QuestionOf(rest[1]) is not null ? 1 : 2;
        return rest.Length > verb && QuestionOf(rest[verb]) is { } question && RepoId.TryParse(type, string.Join('/', rest[..verb]!), out var repo, out _)
            ? WithRevision(question, repo, rest[(verb + 1)..], needsPath: true)
            : null;
    }

    /// <summary>A revision has one part, but for refs such as <c>refs/pr/1</c> that came unescaped.</summary>
    private static HubRoute? WithRevision(HubQuestion question, RepoId repo, ReadOnlySpan<string> parts, bool needsPath)
    {
        if (parts.Length == 0)
        {
            return null;
        }

        var count = parts is ["refs", "pr" or "convert", _, ..] ? 3 : 1;
        var revision = string.Join('/', parts[..count]!);
        RepoPath? path = null;
        if (parts.Length > count)
        {
            if (!RepoPath.TryParse(string.Join('/', parts[count..]!), out var found, out _))
            {
                return null;
            }

            path = found;
        }

        var isRight = (path is not null || !needsPath) && (Names.Revision.TryParse(revision, out _, out _) || RefName.TryParse(revision, out _, out _));
        return isRight ? new HubRoute(question) { Repo = repo, Revision = revision, Path = path } : null;
    }

    private static HubQuestion? QuestionOf(string verb) => verb switch
    {
        "resolve" => HubQuestion.File,
        "raw" => HubQuestion.Raw,
        _ => null,
    };

    private static bool IsVerb(string part) => part is "revision" or "tree" or "paths-info" or "refs";

    private static RepoType? TypeOf(string plural) => plural switch
    {
        "models" => RepoType.Model,
        "datasets" => RepoType.Dataset,
        "spaces" => RepoType.Space,
        _ => null,
    };

    /// <summary>The parts between slashes, unescaped; null where one is empty or not UTF-8.</summary>
    private static string[]? TrySplit(string rest)
    {
        var parts = rest.Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length == 0 || TryUnescape(parts[i]) is not { } part)
            {
                return null;
            }

            parts[i] = part;
        }

        return parts;
    }

    /// <summary>Unescapes a text; null where an escape is none, the bytes are not UTF-8, or a character should have been escaped.</summary>
    internal static string? TryUnescape(ReadOnlySpan<char> text)
    {
        var bytes = new byte[text.Length];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%' && char.IsAscii(text[i]))
            {
                bytes[count++] = (byte)text[i];
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]) && text[i] == '%')
            {
                bytes[count++] = Convert.FromHexString(text.Slice(i + 1, 2))[0];
                i += 2;
            }
            else
            {
                return null;
            }
        }

        try
        {
            return s_strict.GetString(bytes.AsSpan(0, count));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
