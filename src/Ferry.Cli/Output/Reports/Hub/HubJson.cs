using System.Text.Json;
using Ferry.Workloads.HuggingFace.Cache;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Cli.Output.Reports.Hub;

/// <summary>What all JSON reports of <c>ferry hf</c> have: one object with a type; sizes in bytes.</summary>
internal static class HubJson
{
    /// <summary>Writes a report.</summary>
    /// <param name="type">What it is.</param>
    /// <param name="output">Where to.</param>
    /// <param name="write">Writes what is in the object.</param>
    public static void Write(string type, Stream output, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
        output.Flush();
    }

    /// <summary>Which repository.</summary>
    public static void WriteRepo(Utf8JsonWriter json, RepoId repo)
    {
        json.WriteString("repo", repo.Name);
        json.WriteString("repo_type", repo.Type.ToWord());
    }

    /// <summary>Which refs lead somewhere.</summary>
    public static void WriteRefs(Utf8JsonWriter json, IReadOnlyList<RefName> refs)
    {
        json.WriteStartArray("refs");
        foreach (var name in refs)
        {
            json.WriteStringValue(name.Name);
        }

        json.WriteEndArray();
    }

    /// <summary>What is wrong.</summary>
    public static void WriteProblems(Utf8JsonWriter json, string name, IEnumerable<CacheProblem> problems)
    {
        json.WriteStartArray(name);
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("path", problem.Path);
            json.WriteString("reason", problem.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
