using System.Globalization;
using System.Text;
using Ferry.Cli.Config.Values;
using Ferry.Core.Linux;

namespace Ferry.Cli.Config;

/// <summary>One cache of a new configuration file.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Source">Absolute path of its directory, literal.</param>
/// <param name="Enabled">Whether it is switched on.</param>
/// <param name="Comment">What it holds; one line, may be empty.</param>
internal sealed record NewCache(string Name, string Source, bool Enabled, string Comment);

/// <summary>Writes a fresh configuration file that explains itself.</summary>
internal static class ConfigWriter
{
    /// <summary>The text of a new file.</summary>
    /// <param name="scratch">The scratch directory as it is to be written, for instance <c>$SCRATCH</c>.</param>
    /// <param name="caches">The caches in order.</param>
    /// <param name="home">The home directory; sources below it are written with <c>~</c>, which other machines understand too.</param>
    public static string Render(string scratch, IReadOnlyList<NewCache> caches, string home)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            # Configuration of ferry. 'ferry config show' prints every value and where it comes from.
            version: 1

            # Fast storage. A list is tried in order: the first that exists and is writable is used.
            scratch: {Quote(scratch)}

            # Caches are staged to <scratch>/<cache_root>/<NAME>.
            cache_root: .cache/ferry


            """);
        text.Append(caches.Count == 0 ? "caches: {}\n" : "caches:\n");
        foreach (var cache in caches)
        {
            if (cache.Comment.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $"  # {cache.Comment}\n");
            var disabled = cache.Enabled ? "" : ", enabled: false";
            text.Append(CultureInfo.InvariantCulture, $"  {cache.Name}: {{ source: {Quote(Shorten(cache.Source, home))}{disabled} }}\n");
        }
        return text.Append("""

            # transfer:
            #   jobs: auto            # files in flight per cache; auto finds what the devices take
            #   parallel_caches: 4    # caches moved at a time
            #   fresh_for: 1h         # how long a staged cache is used without a look at its source
            #   lock_timeout: 5m      # how long to wait for another job that moves the same cache
            #   bandwidth_limit: 0    # bytes per second, such as 200MB; 0 means no limit
            #   timestamps: preserve  # or now, where scratch is purged by the age of a file's modification

            """).ToString();
    }

    /// <summary>Writes a file: all of it or nothing. Directories above it are made for the user alone.</summary>
    /// <param name="path">Where; behind symbolic links, so that a link to a shared set of settings stays one.</param>
    /// <param name="text">The content.</param>
    /// <param name="overwrite">Whether an existing file is replaced; it is kept as <c>.bak</c>.</param>
    /// <exception cref="ConfigException">The file exists and is not to be replaced, or cannot be written.</exception>
    public static void Write(string path, string text, bool overwrite) => Write(path, target =>
    {
        if (!File.Exists(target))
        {
            Create(target, text);
            return;
        }
        if (!overwrite)
            throw new ConfigException($"{path}: already exists; pass --force to replace it (the old one is kept as .bak)");
        File.Copy(target, target + ".bak", overwrite: true);
        Replace(target, text);
    });

    /// <summary>
    /// Writes a file that may be there, after an edit: all of it or nothing, lasting when this returns. Its mode stays, and so does a link
    /// that leads to it.
    /// </summary>
    /// <exception cref="ConfigException">The file cannot be written; it is as it was.</exception>
    public static void Update(string path, string text) => Write(path, target =>
    {
        if (File.Exists(target))
            Replace(target, text);
        else
            Create(target, text);
    });

    private static void Write(string path, Action<string> write)
    {
        try
        {
            var isLink = new FileInfo(path).LinkTarget is not null;
            var target = isLink ? File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName : path;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            write(target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException($"{path}: cannot be written: {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static void Replace(string target, string text) =>
        AtomicFile.Write(target, Encoding.UTF8.GetBytes(text), (ushort)File.GetUnixFileMode(target));

    private static void Create(string target, string text)
    {
        var temporary = Path.Join(Path.GetDirectoryName(target), $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            // Nothing secret is in it; the user's umask takes away what it should.
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
        };
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: false);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>A literal path as it is configured: with <c>~</c> where it lies below the home directory.</summary>
    internal static string Shorten(string path, string home)
    {
        var literal = PathExpander.Escape(path);
        var prefix = PathExpander.Escape(home) + "/";
        return literal.StartsWith(prefix, StringComparison.Ordinal) ? "~/" + literal[prefix.Length..] : literal;
    }

    /// <summary>A YAML scalar: as it is where that is safe, in double quotes otherwise.</summary>
    internal static string Quote(string text)
    {
        if (IsPlain(text))
            return text;
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            if (c is '"' or '\\')
                quoted.Append('\\').Append(c);
            else if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff')
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    // Words that some parser takes for something else than text are not among them.
    private static bool IsPlain(string text) =>
        text.Length > 0 && text != "~" && (char.IsAsciiLetterOrDigit(text[0]) || text[0] is '/' or '~' or '$' or '_') &&
        text.AsSpan().IndexOfAnyExcept(PlainCharacters) < 0 &&
        text.ToLowerInvariant() is not ("null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n");

    private static readonly System.Buffers.SearchValues<char> PlainCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/.$~+@-");
}
