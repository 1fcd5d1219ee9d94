using Ferry.Cli.Config.Editing;
using YamlDotNet.RepresentationModel;

namespace Ferry.Cli.Tests.Config.Editing;

/// <summary>Random files, random edits; a full parser says what the results mean.</summary>
public sealed class RandomEditTests
{
    [Fact]
    public void Edits_change_what_they_should_and_keep_every_comment()
    {
        var editor = new ConfigEditor("c.yaml", ConfigSyntax.Yaml);
        for (var seed = 0; seed < 4_000; seed++)
        {
            var random = new Random(seed);
            var text = new RandomYaml(random).Text();
            for (var i = 0; i < 6; i++)
            {
                var keys = RandomKeys(random, Parse(text));
                var remove = random.Next(3) == 0;
                string[] values = ["7", "/new path", "[a, \"b c\"]", "{ k: v }", "'it''s'", "{}"];
                var value = values[random.Next(values.Length)];
                var edited = remove ? editor.Remove(text, keys) : editor.Set(text, keys, value);
                var expected = Parse(text);
                if (remove)
                    Remove(expected, keys);
                else
                    Set(expected, keys, Parse("v: " + value).Children["v"]);
                var what = $"seed {seed}, {(remove ? "remove" : "set")} {string.Join('.', keys)} {value}\n{text}\n=>\n{edited}";
                Assert.True(Show(expected) == Show(Parse(edited)), what);
                Assert.True(Comments(text).SequenceEqual(Comments(edited)), what);
                Assert.True(!text.Contains('\n') || LineEnds(edited).IsSubsetOf(LineEnds(text)), what);
                text = edited;
            }
        }
    }

    private static List<string> Comments(string text) =>
        [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.StartsWith('#')).Order(StringComparer.Ordinal)];

    private static HashSet<bool> LineEnds(string text) => [.. text.Split('\n').SkipLast(1).Select(l => l.EndsWith('\r'))];

    /// <summary>A path that is there, goes on below one that is there, or is new; never through something that is not a mapping.</summary>
    private static string[] RandomKeys(Random random, YamlMappingNode map)
    {
        var keys = new List<string>();
        while (true)
        {
            var isNew = map.Children.Count == 0 || random.Next(5) == 0;
            var key = isNew ? "new" + random.Next(3) : map.Children.ElementAt(random.Next(map.Children.Count)).Key.ToString();
            keys.Add(key);
            if (!map.Children.TryGetValue(key, out var value))
                value = new YamlScalarNode("");
            if (value is not YamlMappingNode && !IsNull(value) || keys.Count > 3 || random.Next(3) == 0)
                return [.. keys];
            map = value as YamlMappingNode ?? new YamlMappingNode();
        }
    }

    private static bool IsNull(YamlNode node) =>
        node is YamlScalarNode { Style: YamlDotNet.Core.ScalarStyle.Plain or YamlDotNet.Core.ScalarStyle.Any, Value: null or "" or "~" or "null" };

    private static void Set(YamlMappingNode map, ReadOnlySpan<string> keys, YamlNode value)
    {
        if (keys.Length == 1)
        {
            map.Children[keys[0]] = value;
            return;
        }
        if (!map.Children.TryGetValue(keys[0], out var below) || below is not YamlMappingNode)
            map.Children[keys[0]] = below = new YamlMappingNode();
        Set((YamlMappingNode)below, keys[1..], value);
    }

    private static void Remove(YamlMappingNode map, ReadOnlySpan<string> keys)
    {
        if (keys.Length == 1)
            map.Children.Remove(keys[0]);
        else if (map.Children.TryGetValue(keys[0], out var below) && below is YamlMappingNode)
            Remove((YamlMappingNode)below, keys[1..]);
    }

    private static YamlMappingNode Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents.Count == 0 ? [] : stream.Documents[0].RootNode as YamlMappingNode ?? [];
    }

    private static string Show(YamlNode node) => node switch
    {
        YamlScalarNode scalar => $"'{scalar.Value}'",
        YamlSequenceNode list => $"[{string.Join(",", list.Children.Select(Show))}]",
        YamlMappingNode map => $"{{{string.Join(",", map.Children.Select(e => Show(e.Key) + "=" + Show(e.Value)))}}}",
        _ => "?",
    };

    /// <summary>Writes a random configuration in the ways that people write them.</summary>
    private sealed class RandomYaml(Random random)
    {
        private readonly string _end = random.Next(4) == 0 ? "\r\n" : "\n";
        private readonly int _step = random.Next(3) == 0 ? 4 : 2;
        private readonly System.Text.StringBuilder _text = new();
        private int _names;

        public string Text()
        {
            if (random.Next(12) == 0)
                _text.Append(Flow(2, 0, isMap: true)).Append(_end);
            else
                Block(0, 3);
            Comments(0);
            var text = _text.ToString();
            return random.Next(6) == 0 ? text.TrimEnd() : text;
        }

        private void Block(int column, int depth)
        {
            for (var n = random.Next(column == 0 ? 0 : 1, 5); n > 0; n--)
            {
                Comments(column);
                _text.Append(' ', column).Append(Key()).Append(':');
                var kind = random.Next(depth == 0 ? 2 : 5);
                if (kind < 2)
                    Line(" " + Scalar(inFlow: false));
                else if (kind == 2)
                    Line(" " + Flow(depth - 1, column));
                else if (kind == 3)
                    List(column);
                else
                    Below(column, depth);
            }
        }

        private void Below(int column, int depth)
        {
            Line("");
            Block(column + _step, depth - 1);
        }

        private void List(int column)
        {
            Line("");
            var indentation = column + (random.Next(2) * _step);
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                Comments(indentation);
                _text.Append(' ', indentation).Append("- ");
                Line(Scalar(inFlow: false));
            }
        }

        private string Flow(int depth, int column, bool isMap = false)
        {
            isMap |= depth > 0 && random.Next(3) > 0;
            var lines = random.Next(3) == 0;
            var separator = lines ? Break(column) : " ";
            var items = Enumerable.Range(0, random.Next(4)).Select(_ => (isMap ? Key() + ": " : "") + (depth > 0 && random.Next(3) == 0 ? Flow(depth - 1, column) : Scalar(inFlow: true))).ToList();
            var comma = random.Next(3) == 0 && items.Count > 0 ? "," : "";
            var end = random.Next(2) == 0 ? separator : items.Count > 0 && random.Next(2) == 0 && isMap ? " " : "";
            return (isMap ? "{" : "[") + separator + string.Join("," + separator, items) + comma + end + (isMap || column > 0 ? "" : " ") + (isMap ? "}" : "]");
        }

        private string Break(int column) => random.Next(4) switch
        {
            0 => $" # in {_names++}{_end}{new string(' ', column + 3)}",
            1 => $"{_end}{new string(' ', column)}# line {_names++}{_end}{_end}{new string(' ', column + 5)}",
            _ => _end + new string(' ', column + _step),
        };

        private void Line(string value) => _text.Append(value).Append(random.Next(4) == 0 ? $"  # behind {_names++}" : "").Append(_end);

        private void Comments(int column)
        {
            if (random.Next(4) == 0)
                _text.Append(_end);
            for (var n = random.Next(3) - 1; n > 0; n--)
                _text.Append(' ', random.Next(4) == 0 ? random.Next(6) : column).Append($"# own line {_names++}: {{ [ 'x").Append(_end);
        }

        private string Key() => random.Next(6) == 0 ? $"\"k {_names++}\"" : $"k{_names++}";

        private string Scalar(bool inFlow)
        {
            string[] words = ["1", "a b", "'it''s # no'", "\"x: \\\" \\u00e9\"", "~/x", "$S/y:z", "~", "true", "é𝄞"];
            return !inFlow && random.Next(8) == 0 ? "" : words[random.Next(words.Length)];
        }
    }
}
