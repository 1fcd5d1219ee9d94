using System.Text;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Tests.Support;

namespace Ferry.Cli.Tests.Config;

/// <summary>Whatever is in a file: one line with its place, never another exception, never long.</summary>
public sealed class HostileFilesTests
{
    [Theory]
    [InlineData("version: 1\n---\nversion: 1\n", "second document")]
    [InlineData("version: &a 1\nscratch: *a\n", "anchors and aliases")]
    [InlineData("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "anchors and aliases")]
    [InlineData("version: !!int 1\n", "tags (!) are not supported")]
    [InlineData("version: 1\n\tscratch: x\n", "not valid YAML")]
    [InlineData("version: 1\nscratch: \"a\n", "not valid YAML")]
    [InlineData("version: 1\ncaches: { A: /a\n", "expected ',' or '}'")]
    [InlineData("version: 1\ncaches:\n  A: /a\n B: /b\n", "not valid YAML")]
    [InlineData("version: 1\nscratch: \"\\ud800\"\n", "not valid YAML")]
    [InlineData("version: 1\n<<: { scratch: /x }\n", "unknown key '<<'")]
    [InlineData("version: 1\nscratch: [a: b]\n", "needs braces")]
    [InlineData("%TAG ! tag:x,2000:\n---\nversion: 1\n", "not valid YAML")]
    [InlineData("version: 1\n\u202e\u001b[31m: x\n", "the character U+001B")]
    [InlineData("version: 1\n\u202ee: x\n", "unknown key '?e'")]
    [InlineData("version: 1 # a\u2028scratch: /x\n", "the character U+2028")]
    [InlineData("version: 1\nscratch: |\n  /x\n", "not supported; use double quotes")]
    [InlineData("version: 1\nscratch: /a\n  b\n", "quote text that goes on over several lines")]
    public void Unusual_YAML_is_refused_in_words(string text, string expected) =>
        Assert.Contains(expected, MessageOf(() => FerryFileReader.Read("c.yaml", text, ConfigLevel.User)), StringComparison.Ordinal);

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    [InlineData("? ")]
    public void Deep_nesting_is_refused(string level)
    {
        var text = string.Concat(Enumerable.Repeat(level, 200_000));
        Assert.NotEmpty(MessageOf(() => FerryFileReader.Read("c.yaml", text, ConfigLevel.User)));
    }

    [Fact]
    public void Random_damage_never_ends_in_another_exception()
    {
        const string good = "version: 1\nscratch: [$A, \"/b\\n\", '/c']\ncaches:\n  A: { source: ~/x, exclude: [a, b] }\n  B:\n  - a\ntransfer:\n  jobs: 4 # c\n";
        const string marks = " \t\n:-?,[]{}#&*!|>'\"%@`\\ab~\0\u0085\u2028\ufeff";
        var random = new Random(7);
        for (var i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder(good);
            for (var j = random.Next(1, 6); j > 0; j--)
            {
                var at = random.Next(text.Length);
                if (random.Next(2) == 0)
                    text[at] = marks[random.Next(marks.Length)];
                else
                    text.Insert(at, marks[random.Next(marks.Length)]);
            }
            try
            {
                FerryFileReader.Read("c.yaml", text.ToString(), ConfigLevel.User);
            }
            catch (ConfigException e)
            {
                Assert.DoesNotContain('\n', e.Message);
            }
        }
    }

    [Theory]
    [InlineData("{\"version\": 1, \"vars\": {\"A\": {\"source\": \"/a\"}, \"A\": {\"source\": \"/b\"}}}", "o.json:1:48: duplicate key 'A'")]
    [InlineData("{\n  \"version\": 1,\n  \"varz\": {}\n}", "o.json:3:3: unknown key 'varz' (did you mean 'vars'?)")]
    [InlineData("{\n  \"version\": 2\n}", "o.json:2:14: version must be 1, not '2'; run 'ferry init'")]
    [InlineData("{ \"version\": 1, }", "o.json:1:17: not valid JSON")]
    [InlineData("{ \"version\": 1 } x", "not valid JSON")]
    [InlineData("", "o.json:1:1: not valid JSON")]
    [InlineData("[]", "must be a mapping, not a list")]
    [InlineData("{ \"version\": 1, \"scratch_base\": \"\\ud800\" }", "surrogate")]
    [InlineData("{ \"version\": 1, \"parallel_jobs\": 0 }", "parallel_jobs must be a whole number from 1")]
    [InlineData("{ \"version\": 1, \"apptainer\": { \"venvbase\": 1 } }", "unknown key 'venvbase' (did you mean 'venv_base'?)")]
    public void Bad_JSON_of_the_older_tool_is_refused_in_words(string text, string expected) =>
        Assert.Contains(expected, MessageOf(() => OlderFileReader.Read("o.json", Encoding.UTF8.GetBytes(text))), StringComparison.Ordinal);

    [Fact]
    public void Deep_JSON_is_refused() => Assert.Contains(
        "not valid JSON", MessageOf(() => OlderFileReader.Read("o.json", Encoding.UTF8.GetBytes(new string('[', 100_000)))), StringComparison.Ordinal);

    [Theory]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', (byte)'b', 0 }, "config.yaml:2:2: holds a NUL byte")]
    [InlineData(new byte[] { (byte)'a', (byte)'\n', 0xff }, "config.yaml:2:1: not valid UTF-8")]
    [InlineData(new byte[] { 0xff, 0xfe, (byte)'a', 0 }, "holds a NUL byte")]
    public void Files_that_are_no_text_are_refused(byte[] bytes, string expected)
    {
        using var context = new TestContext();
        File.WriteAllBytes(context.WriteConfig(""), bytes);
        Assert.Contains(expected, MessageOf(() => context.Load()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        using var context = new TestContext();
        context.WriteConfig("\ufeffversion: 1\nscratch: /x\n");
        Assert.Equal(["/x"], context.Load().Scratch.Value);
    }

    [Theory]
    [InlineData("/dev/zero", "larger than 1 MiB")]
    [InlineData("/", "Is a directory")]
    [InlineData("/nowhere/at/all", "does not exist; FERRY_CONFIG names it")]
    public void Odd_files_are_refused(string path, string expected)
    {
        using var context = new TestContext();
        context.Environment.Variables["FERRY_CONFIG"] = path;
        Assert.Contains(expected, MessageOf(() => context.Load()), StringComparison.Ordinal);
    }

    private static string MessageOf(Action action)
    {
        var message = Assert.Throws<ConfigException>(action).Message;
        Assert.DoesNotContain('\n', message);
        Assert.InRange(message.Length, 1, 400);
        return message;
    }
}
