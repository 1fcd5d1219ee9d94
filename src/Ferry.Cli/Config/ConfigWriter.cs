using System.Globalization;
using System.Text;
using Ferry.Core.Linux;

namespace Ferry.Cli.Config;

/// <summary>Writes configuration files, and values in them.</summary>
internal static class ConfigWriter
{
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
