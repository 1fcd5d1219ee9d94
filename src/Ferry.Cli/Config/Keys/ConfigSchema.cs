using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ferry.Cli.Config.Keys;

/// <summary>Writes the keys as a JSON Schema, for editors that check and complete YAML.</summary>
internal static class ConfigSchema
{
    private const string DurationPattern = "^([0-9]+|([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?)$";
    private const string SizePattern = "^[0-9]*\\.?[0-9]* *([kKmMgGtTpPeE]i?B|B)?$";
    private const string RatePattern = "^[0-9]*\\.?[0-9]* *([kKmMgGtTpPeE]i?B|B)?(/s)?$";

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the schema and a line end.</summary>
    public static void Write(Stream output)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("$schema"u8, "https://json-schema.org/draft/2020-12/schema"u8);
            json.WriteString("title"u8, "Configuration of ferry: config.yaml and ferry.yaml"u8);
            WriteObject(json, ConfigKeys.Top);
            json.WriteEndObject();
        }
        output.WriteByte((byte)'\n');
    }

    private static void WriteObject(Utf8JsonWriter json, ConfigKey[] keys)
    {
        json.WriteString("type"u8, "object"u8);
        json.WriteBoolean("additionalProperties"u8, false);
        json.WriteStartObject("properties"u8);
        foreach (var key in keys)
        {
            json.WriteStartObject(key.Name);
            json.WriteString("description"u8, key.Meaning);
            WriteKind(json, key);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        // A project's file may name a cache without its source, to switch it off.
        if (keys == ConfigKeys.Top)
            WriteTexts(json, "required", ConfigKeys.NamesOf(Array.FindAll(keys, static key => key.IsRequired)));
    }

    private static void WriteKind(Utf8JsonWriter json, ConfigKey key)
    {
        switch (key.Kind)
        {
            case ConfigKind.Version:
                json.WriteNumber("const"u8, 1);
                break;
            case ConfigKind.Path or ConfigKind.Text:
                WriteText(json, null);
                break;
            case ConfigKind.Paths:
                WriteEither(json, () => WriteText(json, null), () => WriteList(json, least: 1));
                break;
            case ConfigKind.Bool:
                json.WriteString("type"u8, "boolean"u8);
                break;
            case ConfigKind.Texts:
                WriteList(json, least: 0);
                break;
            case ConfigKind.Word:
                WriteTexts(json, "enum", key.Words);
                break;
            case ConfigKind.Count when key.Words.Length == 0:
                WriteWhole(json, 1, key.Most);
                break;
            case ConfigKind.Count:
                WriteEither(json, () => WriteTexts(json, "enum", key.Words), () => WriteWhole(json, 1, key.Most));
                break;
            case ConfigKind.Size:
                WriteEither(json, () => WriteText(json, SizePattern), () => WriteWhole(json, 0, long.MaxValue));
                break;
            case ConfigKind.Rate:
                WriteEither(json, () => WriteText(json, RatePattern), () => WriteWhole(json, 0, long.MaxValue));
                break;
            case ConfigKind.Duration:
                WriteEither(json, () => WriteText(json, DurationPattern), () => WriteWhole(json, 0, key.Most));
                break;
            case ConfigKind.Section:
                WriteObject(json, key.Keys);
                break;
            case ConfigKind.Caches:
                WriteCaches(json, key);
                break;
            case ConfigKind.Foreign:
                json.WriteString("type"u8, "object"u8);
                break;
        }
    }

    private static void WriteCaches(Utf8JsonWriter json, ConfigKey key)
    {
        json.WriteString("type"u8, "object"u8);
        json.WriteStartObject("propertyNames"u8);
        json.WriteString("pattern"u8, "^[A-Za-z_][A-Za-z0-9_]*$"u8);
        json.WriteEndObject();
        json.WriteStartObject("additionalProperties"u8);
        WriteEither(json, () => WriteText(json, null), () => WriteObject(json, key.Keys));
        json.WriteEndObject();
    }

    private static void WriteEither(Utf8JsonWriter json, params ReadOnlySpan<Action> kinds)
    {
        json.WriteStartArray("oneOf"u8);
        foreach (var kind in kinds)
        {
            json.WriteStartObject();
            kind();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteText(Utf8JsonWriter json, string? pattern)
    {
        json.WriteString("type"u8, "string"u8);
        if (pattern is null)
            json.WriteNumber("minLength"u8, 1);
        else
            json.WriteString("pattern"u8, pattern);
    }

    private static void WriteList(Utf8JsonWriter json, int least)
    {
        json.WriteString("type"u8, "array"u8);
        json.WriteStartObject("items"u8);
        json.WriteString("type"u8, "string"u8);
        json.WriteEndObject();
        if (least > 0)
            json.WriteNumber("minItems"u8, least);
    }

    private static void WriteWhole(Utf8JsonWriter json, long least, long most)
    {
        json.WriteString("type"u8, "integer"u8);
        json.WriteNumber("minimum"u8, least);
        if (most < long.MaxValue)
            json.WriteNumber("maximum"u8, most);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, string[] texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
