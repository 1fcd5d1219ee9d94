using System.Text.Json;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>Reads what the hub says of a revision.</summary>
internal static class HubRevisionReader
{
    /// <summary>Reads an answer; null if it does not say which commit it is.</summary>
    public static HubRevision? TryRead(ReadOnlySpan<byte> json, RepoId repo)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return Read(ref reader, repo);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader throws the second for text that is not Unicode.
            return null;
        }
    }

    private static HubRevision? Read(ref Utf8JsonReader reader, RepoId repo)
    {
        Revision? commit = null;
        bool? isPrivate = null;
        bool? isGated = repo.Type == RepoType.Space ? false : null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCommit = reader.ValueTextEquals("sha");
            var isPrivacy = reader.ValueTextEquals("private");
            var isGate = reader.ValueTextEquals("gated");
            reader.Read();
            if (isCommit && reader.TokenType == JsonTokenType.String)
            {
                commit = Revision.TryParse(JsonText.Get(ref reader, HexName.Sha1Length) ?? "", out var sha, out _) ? sha : null;
            }
            else if (isPrivacy)
            {
                isPrivate = reader.TokenType switch { JsonTokenType.False => false, JsonTokenType.True => true, _ => null };
            }
            else if (isGate)
            {
                // "auto" or "manual"; a word of a later version is no freedom either.
                isGated = reader.TokenType switch { JsonTokenType.False => false, JsonTokenType.True or JsonTokenType.String => true, _ => null };
            }

            reader.TrySkip();
        }

        return commit is null ? null : new HubRevision(repo, commit, Judge(isPrivate, isGated));
    }

    private static RepoVisibility Judge(bool? isPrivate, bool? isGated) => (isPrivate, isGated) switch
    {
        (true, _) => RepoVisibility.Private,
        (_, true) => RepoVisibility.Gated,
        (false, false) => RepoVisibility.Public,
        _ => RepoVisibility.Unknown,
    };
}
