using Ferry.Cli.Config;
using Ferry.Cli.Config.Editing;

namespace Ferry.Cli.Tests.Config.Editing;

/// <summary>How edited files look; that they say the right thing is shown by <see cref="RandomEditTests"/>.</summary>
public sealed class ConfigEditorTests
{
    private const string Commented = """
        # mine
        version: 1   # the format

        scratch:   # tried in order
          - $SCRATCH   # the first
          # the second, on some nodes
          - /tmp/x
        caches:
          # the hub
          HF_HOME: { source: "~/.cache/hf", enabled: false }  # big
          TORCH_HOME:
            source: ~/torch
            # not these
            exclude:
            - "*.lock"
            # nor these
            - '*.tmp'
          # PIP: ~/pip

        # transfer:
        #   jobs: 4

        """;

    private static readonly ConfigEditor Yaml = new("c.yaml", ConfigSyntax.Yaml);
    private static readonly ConfigEditor Json = new("c.json", ConfigSyntax.Json);

    [Theory]
    [InlineData("caches.HF_HOME.enabled", "true", "enabled: false }  # big", "enabled: true }  # big")]
    [InlineData("caches.HF_HOME.source", "/new", "\"~/.cache/hf\"", "/new")]
    [InlineData("caches.HF_HOME.exclude", "[a]", "enabled: false }", "enabled: false, exclude: [a] }")]
    [InlineData("caches.TORCH_HOME.source", "/new", "~/torch", "/new")]
    [InlineData("caches.TORCH_HOME.exclude", "[]", "    exclude:\n    - \"*.lock\"\n    # nor these\n    - '*.tmp'\n", "    exclude: []\n    # nor these\n")]
    [InlineData("caches.TORCH_HOME.enabled", "false", "    - '*.tmp'\n", "    - '*.tmp'\n    enabled: false\n")]
    [InlineData("caches.PIP.source", "~/pip", "    - '*.tmp'\n", "    - '*.tmp'\n  PIP:\n    source: ~/pip\n")]
    [InlineData("transfer.jobs", "8", "  # PIP: ~/pip\n", "  # PIP: ~/pip\n\ntransfer:\n  jobs: 8\n", true)]
    [InlineData("scratch", "/s", ":   # tried in order\n  - $SCRATCH   # the first\n  # the second, on some nodes\n  - /tmp/x\n", ": /s   # tried in order\n  # the second, on some nodes\n")]
    public void A_setting_is_changed_where_it_stands(string key, string value, string old, string changed, bool blank = false)
    {
        // A blank line between sections is kept up.
        var text = blank ? Commented.Replace("caches:\n", "\ncaches:\n", StringComparison.Ordinal) : Commented;
        Assert.Equal(text.Replace(old, changed, StringComparison.Ordinal), Yaml.Set(text, key.Split('.'), value));
    }

    [Theory]
    [InlineData("caches.HF_HOME.enabled", ", enabled: false }", " }")]
    [InlineData("caches.HF_HOME.source", " source: \"~/.cache/hf\", ", " ")]
    [InlineData("caches.HF_HOME", "  HF_HOME: { source: \"~/.cache/hf\", enabled: false }  # big\n", "")]
    [InlineData("caches.TORCH_HOME.exclude", "    exclude:\n    - \"*.lock\"\n    # nor these\n    - '*.tmp'\n", "    # nor these\n")]
    [InlineData("scratch", "scratch:   # tried in order\n  - $SCRATCH   # the first\n  # the second, on some nodes\n  - /tmp/x\n", "  # the second, on some nodes\n")]
    [InlineData("caches.NONE.source", "", "")]
    [InlineData("scratch.x", "", "")]
    public void A_setting_is_removed_with_its_line(string key, string old, string changed) =>
        Assert.Equal(old.Length == 0 ? Commented : Commented.Replace(old, changed, StringComparison.Ordinal), Yaml.Remove(Commented, key.Split('.')));

    [Theory]
    [InlineData("", "a.b", "1", "a:\n  b: 1\n")]
    [InlineData("# c", "a", "1", "# c\na: 1")]
    [InlineData("a:", "a.b.c", "1", "a:\n  b: { c: 1 }")]
    [InlineData("a: ~ # c\n", "a.b", "1", "a: { b: 1 } # c\n")]
    [InlineData("x:\r\n    y: 1\r\na:\r\n", "a.b", "1", "x:\r\n    y: 1\r\na:\r\n    b: 1\r\n")]
    [InlineData("a:\n  b: { x: 1 }\n", "a.c.x", "1", "a:\n  b: { x: 1 }\n  c: { x: 1 }\n")]
    [InlineData("a: {}\n", "a.b", "1", "a: { b: 1 }\n")]
    [InlineData("a: { # c\n  }\n", "a.b", "1", "a: { b: 1 # c\n  }\n")]
    [InlineData("a: {\n  b: 1  # c\n  }\n", "a.d", "2", "a: {\n  b: 1,  # c\n  d: 2\n  }\n")]
    [InlineData("a: {\n  b: 1,  # c\n  }\n", "a.d", "2", "a: {\n  b: 1,  # c\n  d: 2,\n  }\n")]
    [InlineData("a: {\n  b: 1 } # c\n", "a.d", "2", "a: {\n  b: 1,\n  d: 2 } # c\n")]
    [InlineData("a: { b: }\n", "a.d", "2", "a: { b: , d: 2 }\n")]
    [InlineData("a: { b: }\n", "a.b.c", "2", "a: { b: { c: 2 } }\n")]
    [InlineData("{\"a\":1}", "b", "2", "{\"a\":1, b: 2}")]
    [InlineData("a: [1, # one\n  # two\n  2] # three\n", "a", "[]", "a: [] # three\n  # two\n")]
    [InlineData("a:\n  - 1", "a", "2", "a: 2\n")]
    [InlineData("a: 1\n  # x\n", "b", "2", "a: 1\n  # x\nb: 2\n")]
    public void New_settings_are_written_as_their_neighbours_are(string text, string key, string value, string expected) =>
        Assert.Equal(expected, Yaml.Set(text, key.Split('.'), value));

    [Theory]
    [InlineData("a:\n  b: 1 # c\n", "a.b", "a: {}\n")]
    [InlineData("a: 1\n", "a", "")]
    [InlineData("{ a: 1 }\n", "a", "{}\n")]
    [InlineData("a: {\n  b: 1, # c\n  # d\n  d: 2\n}\n", "a.d", "a: {\n  b: 1 # c\n  # d\n}\n")]
    [InlineData("a: {\n  b: 1, # c\n  # d\n  d: 2\n}\n", "a.b", "a: {\n  # d\n  d: 2\n}\n")]
    public void What_is_left_is_tidy(string text, string key, string expected) => Assert.Equal(expected, Yaml.Remove(text, key.Split('.')));

    [Theory]
    [InlineData("{\n  // mine\n  \"a\": {\n    \"é𝄞\": \"x\" // y\n  }\n}\n", "a.b", "\"1\"", "{\n  // mine\n  \"a\": {\n    \"é𝄞\": \"x\", // y\n    \"b\": \"1\"\n  }\n}\n")]
    [InlineData("{\"a\":{\"b\":1}}", "a.b", "2", "{\"a\":{\"b\":2}}")]
    [InlineData("{\"a\":{\"b\":1}}", "c.d", "2", "{\"a\":{\"b\":1}, \"c\": { \"d\": 2 }}")]
    [InlineData("{\n\t\"a\" : 1 /* x\n y */\n}", "b", "2", "{\n\t\"a\" : 1,\n\t\"b\": 2 /* x\n y */\n}")]
    public void Json_is_edited_too(string text, string key, string value, string expected) =>
        Assert.Equal(expected, Json.Set(text, key.Split('.'), value));

    [Fact]
    public void Json_is_removed_from_too() =>
        Assert.Equal("{\n  \"a\": 1\n}\n", Json.Remove("{\n  \"a\": 1, \n  \"b\": [\n    2\n  ]\n}\n", ["b"]).Replace("1 \n", "1\n", StringComparison.Ordinal));

    [Theory]
    [InlineData("a: x\n", "a.b", "1", "c.yaml:1:4: a must be a mapping, not 'x'")]
    [InlineData("- a\n", "a", "1", "c.yaml:1:1: a configuration is a mapping, not a list")]
    [InlineData("a: { b: 1 }\n", "a.c", "x, d: 1", "c.yaml: this setting cannot be changed in place; open the file with 'ferry config edit'")]
    [InlineData("a: 1\n", "b", "# x", "c.yaml: b: a value is missing")]
    [InlineData("a: \"x\n", "b", "1", "c.yaml:1:6: not valid YAML: the text in quotes does not end on its line")]
    public void What_cannot_be_edited_is_refused(string text, string key, string value, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigException>(() => Yaml.Set(text, key.Split('.'), value)).Message);
}
