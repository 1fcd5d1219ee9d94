using System.Text.Json;
using Ferry.Core.Storage;
using Ferry.Workloads.HuggingFace.Names;
using Ferry.Workloads.HuggingFace.Wire;

namespace Ferry.Workloads.HuggingFace.Hub;

/// <summary>
/// Asks the hub itself, or another server of its API. Nothing that comes from there is taken on trust: names are checked, sizes are bounded, contents are for the caller to hash. What may succeed
/// later is tried again. Thread-safe.
/// </summary>
/// <param name="options">Which hub, and how.</param>
public sealed class HubClient(HubClientOptions options) : IDisposable
{
    private const int MaxInfoBytes = 64 * 1024 * 1024;
    private const int MaxPageBytes = 32 * 1024 * 1024;

    // Directories are entries too, and not files.
    private const int MaxEntries = 2 * ManifestFormat.MaxFiles;

    private readonly HubConnection _connection = new(options);

    /// <summary>The hub, for messages.</summary>
    public string Name => options.Endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/');

    /// <summary>Finds out which commit a branch, a tag or a commit is, and who may have the repository.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="revision">As <see cref="RefName"/> or <see cref="Revision"/> take it.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="HubException">There is no answer, or none that makes sense.</exception>
    public async Task<HubRevision> ResolveAsync(RepoId repo, string revision, CancellationToken cancellation)
    {
        var place = $"{Name}: {repo}@{revision}";
        if (!Revision.TryParse(revision, out _, out _) && !RefName.TryParse(revision, out _, out var reason))
        {
            throw new HubException(HubError.Invalid, $"{Name}: {repo}: the revision {reason}");
        }

        var (json, _) = await GetAsync(HubAddress.Revision(options.Endpoint, repo, revision), place, MaxInfoBytes, cancellation).ConfigureAwait(false);
        return HubRevisionReader.TryRead(json.Span, repo) ?? throw new HubException(HubError.Invalid, $"{place}: the answer does not say which commit it is");
    }

    /// <summary>Lists all files of a commit.</summary>
    /// <returns>The manifest of the whole commit, and what of the listing is not believed.</returns>
    /// <exception cref="HubException">There is no answer, or none that makes sense.</exception>
    public async Task<ManifestReading> ListAsync(HubRevision revision, CancellationToken cancellation)
    {
        var place = $"{Name}: {revision.Repo}@{revision.Commit}";
        var tree = new HubTreeReader();
        var address = HubAddress.Tree(options.Endpoint, revision.Repo, revision.Commit);
        while (true)
        {
            var (json, next) = await GetAsync(address, place, MaxPageBytes, cancellation).ConfigureAwait(false);
            var count = ReadPage(tree, json, place);
            if (next is null)
            {
                return tree.Finish(revision);
            }

            address = Check(next, count, tree.Entries, place);
        }
    }

    /// <summary>Begins to read a file of a commit.</summary>
    /// <param name="repo">The repository.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="file">The file, as listed.</param>
    /// <param name="range">Which bytes; what lies beyond its end is left out. Null for all.</param>
    /// <param name="cancellation">Ends the call, and reading from what it returns.</param>
    /// <returns>The bytes, all of them; fails with <see cref="HubException"/> where they do not come.</returns>
    /// <exception cref="HubException">There is no answer, or none that makes sense.</exception>
    public async Task<Stream> OpenAsync(RepoId repo, Revision commit, ManifestFile file, ByteRange? range, CancellationToken cancellation)
    {
        var address = HubAddress.File(options.Endpoint, repo, commit, file.Path);
        var offset = Math.Clamp(range?.Offset ?? 0, 0, file.Bytes);
        var within = new ByteRange(offset, Math.Min(range?.Length ?? file.Bytes, file.Bytes - offset));
        var stream = new HubFileStream(_connection, address, $"{Name}: {repo}@{commit}: {file.Path}", within, file.Bytes, NewBudget(), cancellation);
        try
        {
            await stream.OpenAsync().ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private RetryBudget NewBudget() => new(options.Retry, options.Time, options.Random);

    private static int ReadPage(HubTreeReader tree, ReadOnlyMemory<byte> json, string place)
    {
        try
        {
            return tree.ReadPage(json.Span);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HubException(HubError.Invalid, $"{place}: the listing is not what the hub's listings are", e);
        }
    }

    /// <summary>Where the next page of a listing is.</summary>
    private Uri Check(Uri next, int count, int entries, string place)
    {
        var reason = !HubAddress.IsSameOrigin(next, options.Endpoint) ? $"leads away, to {next.Host}"
            : count == 0 ? "has a page without entries that is not the last"
            : entries >= MaxEntries ? $"has more than {MaxEntries} entries"
            : null;
        return reason is null ? next : throw new HubException(HubError.Invalid, $"{place}: the listing {reason}");
    }

    /// <summary>An answer, and the address of what comes after it.</summary>
    private async Task<(ReadOnlyMemory<byte> Body, Uri? Next)> GetAsync(Uri address, string place, int maxBytes, CancellationToken cancellation)
    {
        var budget = NewBudget();
        while (true)
        {
            try
            {
                using var answer = await _connection.GetAsync(address, place, null, cancellation).ConfigureAwait(false);
                var next = LinkHeader.NextOf(HubFailure.HeaderOf(answer.Response, "Link")) is { } link ? new Uri(address, link) : null;
                return (await answer.ReadAllAsync(maxBytes, cancellation).ConfigureAwait(false), next);
            }
            catch (UriFormatException e)
            {
                throw new HubException(HubError.Invalid, $"{place}: the next page of the listing has no address", e);
            }
            catch (HubException e)
            {
                await budget.WaitAsync(e, cancellation).ConfigureAwait(false);
            }
        }
    }
}
