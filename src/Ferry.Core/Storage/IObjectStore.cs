namespace Ferry.Core.Storage;

/// <summary>
/// Objects under keys, in a bucket, a container or a directory. Thread-safe. Every implementation and every decorator passes one contract suite, which
/// tests what is promised here and nothing else; callers rely on nothing else.
/// </summary>
/// <remarks>
/// <para>
/// <b>Keys</b> that every store takes have 1 to 900 bytes in UTF-8, without control characters, in segments of 1 to 255 bytes between slashes; none is <c>.</c> or <c>..</c>,
/// and no key is the directory of another, as <c>a</c> would be of <c>a/b</c>. Stores may refuse others as <see cref="StoreError.Invalid"/>.
/// </para>
/// <para>
/// <b>Visibility.</b> An object appears, and is replaced, as a whole: whoever reads a key gets the old bytes or the new, never a mixture, and never
/// a part. A read that has begun while the key is replaced gives the bytes of one of the two, or fails.
/// </para>
/// <para>
/// <b>Order.</b> Once a write has returned, each read, question and listing that begins later sees it, from any client; the same goes for removals.
/// </para>
/// <para>
/// <b>Repetition.</b> All calls may be repeated: a write of the same bytes and a removal of what is gone do no harm. After a failure, whether a write
/// took place is not known.
/// </para>
/// <para>
/// <b>Errors.</b> A <see cref="StoreException"/> whose <see cref="StoreException.Error"/> says what to make of it, and whose message names the store, the key and
/// the cause in one line. No call tries again by itself: a decorator does.
/// </para>
/// </remarks>
public interface IObjectStore : IAsyncDisposable
{
    /// <summary>What it can do, and how it is best used.</summary>
    StoreFacts Facts { get; }

    /// <summary>Looks at an object.</summary>
    /// <returns>Null if there is none under the key; of a store that does not exist, null or <see cref="StoreError.NoStore"/>.</returns>
    Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellation);

    /// <summary>Begins to read an object, or a range of it.</summary>
    /// <param name="key">Which.</param>
    /// <param name="range">Which bytes, at least one of them within the object; null for all.</param>
    /// <param name="cancellation">Ends the call, and reading from what it returns.</param>
    /// <returns>
    /// The bytes. Reading fails with <see cref="StoreError.Transient"/> where the connection ends before the promised length: a short object is never taken for a whole one.
    /// </returns>
    /// <exception cref="StoreException"><see cref="StoreError.NotFound"/> for no such object, <see cref="StoreError.Invalid"/> for a range beyond its end, and others.</exception>
    Task<ObjectReading> ReadAsync(string key, ByteRange? range, CancellationToken cancellation);

    /// <summary>Writes an object, which replaces what is under the key, unless the options forbid that.</summary>
    /// <param name="key">Where.</param>
    /// <param name="content">What. May be read several times, and several ranges of it at once.</param>
    /// <param name="options">Under which condition, and who is told of progress.</param>
    /// <param name="cancellation">Ends the call; the object is then there as a whole or not at all.</param>
    /// <returns>Whether the object was written, or a condition did not hold.</returns>
    /// <exception cref="StoreException"><see cref="StoreError.Integrity"/> where other bytes arrived than were sent, and others.</exception>
    /// <exception cref="IOException">The content cannot be read; its own words are in the message. Nothing was written, and to try again does not help.</exception>
    Task<WriteOutcome> WriteAsync(string key, ObjectContent content, WriteOptions options, CancellationToken cancellation);

    /// <summary>
    /// Lists the objects whose keys begin so, each once, ascending by the bytes of their keys in UTF-8. What others write or remove meanwhile may be in the list or not. Keys
    /// are as the store has them: whoever wrote them need not have been Ferry.
    /// </summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellation);

    /// <summary>Removes objects; a key that has none is no error.</summary>
    /// <returns>What could not be removed, and why; empty when all is gone.</returns>
    /// <exception cref="StoreException">The store answered for none of them.</exception>
    Task<IReadOnlyList<FailedRemoval>> RemoveAsync(IReadOnlyList<string> keys, CancellationToken cancellation);
}
