namespace Ferry.Core.Processes;

/// <summary>A tool's standard input. That the tool closed it is told from all other errors, those of whatever is being sent.</summary>
internal sealed class PipeToTool(Stream pipe) : Stream
{
    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            pipe.Write(buffer);
        }
        catch (IOException)
        {
            throw new ClosedException();
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        try
        {
            pipe.Flush();
        }
        catch (IOException)
        {
            throw new ClosedException();
        }
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Nobody reads any more.</summary>
    internal sealed class ClosedException : IOException;
}
