using Ferry.Core.Linux;

namespace Ferry.Cli.Output;

/// <summary>
/// A standard stream that may be closed or fail. Results that cannot be written are an error; a message that cannot be written must not keep
/// the work from being done.
/// </summary>
internal sealed class StandardStream : Stream
{
    private readonly int _descriptor;
    private readonly bool _isOpen;
    private readonly bool _mustArrive;

    private StandardStream(int descriptor, bool mustArrive) =>
        (_descriptor, _isOpen, _mustArrive) = (descriptor, StandardDescriptor.IsWritable(descriptor), mustArrive);

    /// <summary>Standard output.</summary>
    public static StandardStream OfResults() => new(1, mustArrive: true);

    /// <summary>Standard error.</summary>
    public static StandardStream OfMessages() => new(2, mustArrive: false);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty || (!_isOpen && !_mustArrive))
            return;
        try
        {
            if (!_isOpen)
                throw new IOException("it is closed");
            StandardDescriptor.Write(_descriptor, buffer);
        }
        catch (IOException e)
        {
            if (_mustArrive)
                throw new IOException($"cannot write to standard output: {e.Message}", e);
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
