using System.Text.Json;
using Ferry.Core.Walking;

namespace Ferry.Cli.Output;

/// <summary>The <c>problems</c> array that every JSON report of a transfer has.</summary>
internal static class ProblemJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<EntryProblem> problems)
    {
        json.WriteStartArray("problems");
        foreach (var problem in problems)
        {
            json.WriteStartObject();
            json.WriteString("kind", problem.Kind switch
            {
                ProblemKind.Warning => "warning",
                ProblemKind.Conflict => "conflict",
                _ => "failure",
            });
            json.WriteString("path", problem.Path);
            json.WriteString("reason", problem.Reason);
            json.WriteNumber("errno", problem.Errno);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
