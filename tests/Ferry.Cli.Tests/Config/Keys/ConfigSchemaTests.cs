using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ferry.Cli.Config;
using Ferry.Cli.Config.Keys;
using Ferry.Cli.Config.Layers;
using Ferry.Cli.Config.Values;

namespace Ferry.Cli.Tests.Config.Keys;

/// <summary>The schema says what the reader accepts.</summary>
public sealed class ConfigSchemaTests
{
    private static readonly JsonNode Schema = Read();

    [Fact]
    public void The_reader_accepts_every_key_of_the_schema_and_no_other()
    {
        var inTransfer = Names(Schema["properties"]!["transfer"]!);
        foreach (var name in Names(Schema).Where(n => n != "version"))
            FerryFileReader.Read("c.yaml", $"version: 1\n{name}: {(name is "scratch" or "cache_root" ? "x" : name == "purge" ? "{ after: 1d }" : "{}")}\n", ConfigLevel.User);
        foreach (var name in inTransfer)
            FerryFileReader.Read("c.yaml", $"version: 1\ntransfer: {{ {name}: {Sample(Schema["properties"]!["transfer"]!["properties"]![name]!)} }}\n", ConfigLevel.User);
        foreach (var name in SettingName.All)
            Assert.Contains(name.LocalKey, name.Key == name.LocalKey ? Names(Schema) : inTransfer);
        Assert.Equal(ConfigKeys.NamesOf(ConfigKeys.Purge), Names(Schema["properties"]!["purge"]!));
        FerryFileReader.Read("c.yaml", "version: 1\npurge: { after: 15d, by: atime }\n", ConfigLevel.User);
        var cache = Schema["properties"]!["caches"]!["additionalProperties"]!["oneOf"]![1]!;
        Assert.Equal(ConfigKeys.NamesOf(ConfigKeys.Cache), Names(cache));
        foreach (var (name, value) in cache["properties"]!.AsObject())
            FerryFileReader.Read("c.yaml", $"version: 1\ncaches: {{ A: {{ {name}: {Sample(value!)} }} }}\n", ConfigLevel.User);
    }

    [Fact]
    public void Bounds_and_words_are_the_readers()
    {
        foreach (var (name, schema) in Schema["properties"]!["transfer"]!["properties"]!.AsObject())
        {
            foreach (var kind in schema!["oneOf"]?.AsArray() ?? [schema.DeepClone()])
            {
                foreach (var word in kind!["enum"]?.AsArray() ?? [])
                    Assert.True(Accepts(name, (string)word!), $"{name}: {word}");
                if (kind["minimum"] is { } least)
                    Assert.True(Accepts(name, least.ToString()), $"{name}: {least}");
                if (kind["maximum"] is not { } most)
                    continue;
                Assert.True(Accepts(name, most.ToString()), $"{name}: {most}");
                Assert.False(Accepts(name, ((long)most + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)), $"{name}: {most} + 1");
            }
        }
    }

    [Fact]
    public void What_the_reader_accepts_fits_the_patterns()
    {
        const string marks = "0123459dhmskMGTPEiB./ ";
        var random = new Random(5);
        var accepted = 0;
        foreach (var name in (string[])["fresh_for", "lock_timeout", "bandwidth_limit"])
        {
            var pattern = new Regex((string)Schema["properties"]!["transfer"]!["properties"]![name]!["oneOf"]![0]!["pattern"]!);
            for (var i = 0; i < 50_000; i++)
            {
                var text = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => marks[random.Next(marks.Length)]));
                if (!Accepts(name, text))
                    continue;
                accepted++;
                Assert.Matches(pattern, text);
            }
        }
        Assert.InRange(accepted, 1_000, 150_000);
    }

    private static bool Accepts(string name, string text)
    {
        try
        {
            FerryFileReader.Read("c.yaml", $"version: 1\ntransfer: {{ {name}: \"{text}\" }}\n", ConfigLevel.User);
            return true;
        }
        catch (ConfigException)
        {
            return false;
        }
    }

    private static string Sample(JsonNode schema)
    {
        var kind = schema["oneOf"]?[0] ?? schema;
        if (kind["enum"] is { } words)
            return (string)words[0]!;
        return (string?)kind["type"] switch { "integer" => "1", "array" => "[x]", "boolean" => "true", _ => kind["pattern"] is null ? "/x" : "0" };
    }

    private static string[] Names(JsonNode schema) => [.. schema["properties"]!.AsObject().Select(p => p.Key)];

    private static JsonNode Read()
    {
        using var stream = new MemoryStream();
        ConfigSchema.Write(stream);
        return JsonNode.Parse(stream.ToArray())!;
    }
}
