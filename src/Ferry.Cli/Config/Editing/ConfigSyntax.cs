using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ferry.Cli.Config.Nodes;

namespace Ferry.Cli.Config.Editing;

/// <summary>What the two syntaxes of configuration files do differently where they are edited.</summary>
internal abstract class ConfigSyntax
{
    public static readonly ConfigSyntax Yaml = new YamlSyntax();
    public static readonly ConfigSyntax Json = new JsonSyntax();

    /// <summary>Reads a whole text; null when there is nothing but comments.</summary>
    /// <exception cref="ConfigException">It is not of this syntax.</exception>
    public abstract ConfigNode? Compose(string file, string text);

    /// <summary>A text as a value, in quotes where it needs them.</summary>
    public abstract string Quote(string text);

    /// <summary>A name as a key, in quotes where it needs them.</summary>
    public abstract string Key(string name);

    /// <summary>What a comment to the end of the line begins with.</summary>
    public abstract string CommentMark { get; }

    /// <summary>The first offset from here on with neither a blank nor a comment.</summary>
    public abstract int SkipBlank(string text, int at);

    private sealed class YamlSyntax : ConfigSyntax
    {
        public override string CommentMark => "#";

        public override ConfigNode? Compose(string file, string text) => YamlComposer.Compose(file, text);

        public override string Quote(string text) => ConfigWriter.Quote(text);

        public override string Key(string name) => ConfigWriter.Quote(name);

        public override int SkipBlank(string text, int at)
        {
            for (; at < text.Length && (YamlCursor.IsBlank(text[at]) || text[at] == '#'); at++)
            {
                if (text[at] == '#')
                    at = TextLines.End(text, at) - 1;
            }
            return at;
        }
    }

    private sealed class JsonSyntax : ConfigSyntax
    {
        public override string CommentMark => "//";

        public override ConfigNode? Compose(string file, string text) => JsonComposer.Compose(file, Encoding.UTF8.GetBytes(text));

        public override string Quote(string text) =>
            $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";

        public override string Key(string name) => Quote(name);

        public override int SkipBlank(string text, int at)
        {
            for (; at < text.Length && (char.IsWhiteSpace(text[at]) || text[at] == '/'); at++)
            {
                if (string.CompareOrdinal(text, at, "/*", 0, 2) == 0)
                    at = text.IndexOf("*/", at + 2, StringComparison.Ordinal) + 1;
                else if (text[at] == '/')
                    at = TextLines.End(text, at) - 1;
            }
            return at;
        }
    }
}
