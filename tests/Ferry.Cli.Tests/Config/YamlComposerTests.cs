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
            "a", "b: ", "c:", "- ", "-", ":", "#", " ", "  ", "\t", "\r\n", ",", "?", "!", "&a ", "|", "\u2028", "\u0085", "%", "\"a\":", "\\", "\"", "'", "\n", "\n  ", "\n    ", "\n- ", "[", "]", "{", "}", ", ", ": ", "'x y'", "\"q\\n\\u00e9\"", "# c\n", "|\n  t\n",
            ">-\n  t\n  u\n", "~", "null", "1", "$A/b", "~/x", "? ", "a b", "---\n", "...\n", "''", "é",
        ];
        var random = new Random(11);
        var accepted = 0;
        for (var i = 0; i < 100_000; i++)
        {
            var text = new StringBuilder();
            for (var j = random.Next(1, 12); j > 0; j--)
                text.Append(pieces[random.Next(pieces.Length)]);
            accepted += Compare(text.ToString());
        }
        Assert.InRange(accepted, 5_000, 100_000);
    }

    [Fact]
    public void Agrees_with_a_full_parser_on_damaged_configurations()
    {
        const string good = """
            # c
            version: 1
            scratch: [$A, "/b\n", '/c''d']   # x
            caches:
              A: { source: ~/x, exclude: [a, "*.lock"],
                   enabled: false }
              B:
                source: /a:b c#d
                exclude:
                - a
                - - b
                  - c: 1
                    d:
                -
            transfer:
              jobs: 4

            """;
        const string marks = " \t\n\r:-?,[]{}#&*!|>'\"%@`\\ab~\u0085\u2028\ufeff";
        var random = new Random(13);
        var accepted = 0;
        for (var i = 0; i < 60_000; i++)
        {
            var text = new StringBuilder(good);
            for (var j = random.Next(0, 4); j > 0; j--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(3))
                {
                    case 0: text[at] = marks[random.Next(marks.Length)]; break;
                    case 1: text.Insert(at, marks[random.Next(marks.Length)]); break;
                    default: text.Remove(at, Math.Min(random.Next(1, 4), text.Length - at)); break;
                }
            }
            accepted += Compare(text.ToString());
        }
        Assert.InRange(accepted, 20_000, 60_000);
    }

    [Theory]
    [InlineData("a: {\n  b: 1,\n}\nc: [\n  1,\n  2\n]\n")]
    [InlineData("a:\n  b: {\n    c: 1\n  }\n")]
    [InlineData("{\"a\":1,\"b\":[\"c\",{\"d\":true}]}")]
    [InlineData("---\r\na: b\r\n# c\r\n")]
    [InlineData("a: https://x/y?z=1#2\nb: -x\nc: --y\nd: a,b[c]{d}\ne: x:y\n'f g': 'it''s'\n")]
    [InlineData("a: \"\\x41\\u00e9\\U0001F600\\t\\/\\ \\N\"\n")]
    [InlineData("- a\n-\n  - b\n- c: 1\n  d: 2\n")]
    [InlineData("a:\n- b\n- c\nd: 1")]
    public void Accepts_what_people_and_programs_write(string text) => Assert.Equal(1, Compare(text));

    [Fact]
    public void Reads_back_what_the_writer_quotes()
    {
        const string marks = " \t\n\r:-?,[]{}#&*!|>'\"%@`\\ab~$/.\u0001\u0085\u00a0\u2028\ufeff\uffff";
        var random = new Random(17);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new string([.. Enumerable.Range(0, random.Next(12)).Select(_ => marks[random.Next(marks.Length)])]);
            var yaml = $"a: {{ b: {ConfigWriter.Quote(text)}, c: 1 }}\n";
            var read = ((ConfigMap)((ConfigMap)YamlComposer.Compose("c.yaml", yaml)!).Find("a")!).Find("b") as ConfigScalar;
            Assert.True(read is { IsNull: false } && read.Text == text, yaml);
        }
    }

    private static int Compare(string text)
    {
        if (TryCompose(text) is not { } composed)
            return 0;
        var expected = FullParse(text);
        Assert.True(expected == composed, $"composed: {composed}\nfull:     {expected}\n{text}");
        return 1;
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
        catch (Exception e) when (e is YamlException or InvalidOperationException)
        {
            return e.Message;
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
