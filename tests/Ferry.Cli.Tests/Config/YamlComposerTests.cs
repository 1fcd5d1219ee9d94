using System.Text;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Ferry.Cli.Tests.Config;

/// <summary>What the composer accepts means what a full YAML parser says it means.</summary>
public sealed class YamlComposerTests
{
    [Fact]
    public void Agrees_with_a_full_parser_on_everything_it_accepts()
    {
        string[] pieces =
        [
            "a", "b: ", "c:", "- ", "-", "\n", "\n  ", "\n    ", "\n- ", "[", "]", "{", "}", ", ", ": ", "'x y'", "\"q\\n\\u00e9\"", "# c\n", "|\n  t\n",
            ">-\n  t\n  u\n", "~", "null", "1", "$A/b", "~/x", "? ", "a b", "---\n", "...\n", "''", "é",
        ];
        var random = new Random(11);
        var accepted = 0;
        for (var i = 0; i < 60_000; i++)
        {
            var text = new StringBuilder();
            for (var j = random.Next(1, 12); j > 0; j--)
                text.Append(pieces[random.Next(pieces.Length)]);
            if (TryCompose(text.ToString()) is not { } composed)
                continue;
            accepted++;
            Assert.Equal(FullParse(text.ToString()), composed);
        }
        Assert.InRange(accepted, 1000, 60_000);
    }

    private static string? TryCompose(string text)
    {
        try
        {
            return YamlComposer.Compose("c.yaml", text) is { } node ? Show(node) : "''";
        }
        catch (ConfigException)
        {
            return null;
        }
    }

    private static string Show(ConfigNode node) => node switch
    {
        // Where nothing stands is a matter of taste.
        ConfigScalar { Text: "" } => "''",
        ConfigScalar scalar => $"'{scalar.Text}'@{scalar.Position.Line}:{scalar.Position.Column}",
        ConfigList list => $"[{string.Join(",", list.Items.Select(Show))}]",
        ConfigMap map => $"{{{string.Join(",", map.Entries.Select(e => Show(e.Key) + "=" + Show(e.Value)))}}}",
        _ => "?",
    };

    private static string FullParse(string text)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            return stream.Documents.Count == 0 ? "''" : Show(stream.Documents[0].RootNode);
        }
        catch (YamlException e)
        {
            return $"{e.Start}: {e.Message}\n{text}";
        }
    }

    private static string Show(YamlNode node) => node switch
    {
        YamlScalarNode { Value: "" or null } => "''",
        YamlScalarNode scalar => $"'{scalar.Value}'@{scalar.Start.Line}:{scalar.Start.Column}",
        YamlSequenceNode list => $"[{string.Join(",", list.Children.Select(Show))}]",
        YamlMappingNode map => $"{{{string.Join(",", map.Children.Select(e => Show(e.Key) + "=" + Show(e.Value)))}}}",
        _ => "?",
    };
}
