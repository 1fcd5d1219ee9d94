using System.Text.Json;
using Ferry.Core.Hashing;
using Ferry.Workloads.HuggingFace.Names;

namespace Ferry.Workloads.HuggingFace.Wire;

/// <summary>Reads manifests from buckets, which anybody may have written: the older tool, a ferry, an attacker.</summary>
public static class ManifestReader
{
    /// <summary>Reads a manifest. Nothing is thrown, whatever the bytes are.</summary>
    public static ManifestReading Read(ReadOnlySpan<byte> json)
    {
        if (json.Length > ManifestFormat.MaxBytes)
        {
            return Refuse($"has more than {ManifestFormat.MaxBytes} bytes");
        }

        try
        {
            var fields = new Fields();
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ManifestFormat.MaxDepth });
            return fields.Read(ref reader) is { } reason ? Refuse(reason) : fields.ToReading();
        }
        catch (JsonException e)
        {
            return Refuse($"is not JSON (line {e.LineNumber + 1 ?? 0}, byte {e.BytePositionInLine + 1 ?? 0})");
        }
        catch (InvalidOperationException)
        {
            // The reader's answer to the name of a key that is not Unicode.
            return Refuse("is not valid Unicode");
        }
    }

    private static ManifestReading Refuse(string reason) => new(null, reason, [], 0);

    /// <summary>What the manifest said so far; each method returns why the whole is refused, or null.</summary>
    private sealed class Fields
    {
        private readonly Dictionary<BlobName, Digest> _sha256 = [];
        private ManifestFileList? _files;
        private string? _repo;
        private string? _revision;
        private string? _type;
        private string? _writer;
        private RepoVisibility _visibility;
        private bool _isComplete;
        private long? _bytes;
        private Digest _digest;
        private bool _hasExtras;

        public string? Read(ref Utf8JsonReader reader)
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "is not a JSON object";
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (ReadField(ref reader) is { } reason)
                {
                    return reason;
                }
            }

            return reader.Read() ? "goes on after its end" : null;
        }

        public ManifestReading ToReading()
        {
            if (_repo is null || _revision is null || _files is null)
            {
                return Refuse($"has no {(_repo is null ? ManifestFormat.Repo : _revision is null ? ManifestFormat.Revision : ManifestFormat.Files)}");
            }

            // The older tool's default, too.
            if (RepoTypes.FromWord(_type ?? "model") is not { } type)
            {
                return Refuse("has an unknown repo_type");
            }

            if (!RepoId.TryParse(type, _repo, out var repo, out var why))
            {
                return Refuse($"has a repo that {why}");
            }

            return Revision.TryParse(_revision, out var revision, out why) ? ToReading(repo, revision, _files) : Refuse($"has a revision that {why}");
        }

        private ManifestReading ToReading(RepoId repo, Revision revision, ManifestFileList files)
        {
            var manifest = new RepoManifest
            {
                Repo = repo,
                Revision = revision,
                Files = files.Finish(),
                Visibility = _visibility,
                IsComplete = _isComplete && files.RefusedCount == 0,
                Sha256 = _sha256,
                Writer = _writer,
            };
            var isDamaged = files.RefusedCount == 0
                && ((_bytes is { } bytes && bytes != manifest.Bytes) || (!_digest.IsZero && _digest != ManifestDigest.Of(manifest)));
            return isDamaged
                ? Refuse("is damaged: its files are not those that its ferry.bytes and ferry.digest stand for")
                : new ManifestReading(manifest, null, files.Refused, files.RefusedCount);
        }

        private string? ReadField(ref Utf8JsonReader reader) =>
            reader.ValueTextEquals(ManifestFormat.Repo) ? ReadText(ref reader, ManifestFormat.Repo, ref _repo)
            : reader.ValueTextEquals(ManifestFormat.Revision) ? ReadText(ref reader, ManifestFormat.Revision, ref _revision)
            : reader.ValueTextEquals(ManifestFormat.RepoType) ? ReadText(ref reader, ManifestFormat.RepoType, ref _type)
            : reader.ValueTextEquals(ManifestFormat.Files) ? ReadFiles(ref reader)
            : reader.ValueTextEquals(ManifestFormat.Extras) ? ReadExtras(ref reader)
            : Skip(ref reader);

        private string? ReadFiles(ref Utf8JsonReader reader)
        {
            if (_files is not null)
            {
                return "has files twice";
            }

            _files = new ManifestFileList();
            return _files.Read(ref reader);
        }

        private string? ReadExtras(ref Utf8JsonReader reader)
        {
            if (_hasExtras || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "has a ferry that is twice there or not an object";
            }

            _hasExtras = true;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (ReadExtra(ref reader) is { } reason)
                {
                    return reason;
                }
            }

            return null;
        }

        private string? ReadExtra(ref Utf8JsonReader reader)
        {
            if (reader.ValueTextEquals(ManifestFormat.Writer))
            {
                return ReadText(ref reader, ManifestFormat.Writer, ref _writer);
            }

            if (reader.ValueTextEquals(ManifestFormat.Visibility))
            {
                string? word = null;
                var reason = ReadText(ref reader, ManifestFormat.Visibility, ref word);
                // A word of a later version says that not everybody may have it.
                _visibility = RepoVisibilities.FromWord(word) ?? RepoVisibility.Private;
                return reason;
            }

            if (reader.ValueTextEquals(ManifestFormat.Complete))
            {
                reader.Read();
                _isComplete = reader.TokenType == JsonTokenType.True;
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False ? null : "has a ferry.complete that is neither true nor false";
            }

            if (reader.ValueTextEquals(ManifestFormat.Bytes))
            {
                reader.Read();
                _bytes = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var bytes) ? bytes : null;
                return _bytes >= 0 ? null : "has a ferry.bytes that is not a size";
            }

            if (reader.ValueTextEquals(ManifestFormat.Digest))
            {
                reader.Read();
                return reader.TokenType == JsonTokenType.String && Digest.TryParseHex(reader.ValueSpan, out _digest) ? null : "has a ferry.digest that is none";
            }

            return reader.ValueTextEquals(ManifestFormat.Sha256) ? ReadDigests(ref reader) : Skip(ref reader);
        }

        private string? ReadDigests(ref Utf8JsonReader reader)
        {
            const string wrong = "has a ferry.sha256 that does not hold digests by names of blobs";
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return wrong;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isName = BlobName.TryParse(JsonText.Get(ref reader, HexName.Sha256Length) ?? "", out var name, out _);
                reader.Read();
                if (!isName || reader.TokenType != JsonTokenType.String || !Digest.TryParseHex(reader.ValueSpan, out var digest)
                    || _sha256.Count >= ManifestFormat.MaxFiles || !_sha256.TryAdd(name, digest))
                {
                    return wrong;
                }
            }

            return null;
        }

        private static string? ReadText(ref Utf8JsonReader reader, string name, ref string? field)
        {
            reader.Read();
            if (field is not null)
            {
                return $"has {name} twice";
            }

            field = reader.TokenType == JsonTokenType.String ? JsonText.Get(ref reader, ManifestFormat.MaxWriter) : null;
            return field is null ? $"has a {name} that is not a short text" : null;
        }

        private static string? Skip(ref Utf8JsonReader reader)
        {
            reader.Skip();
            return null;
        }
    }
}
