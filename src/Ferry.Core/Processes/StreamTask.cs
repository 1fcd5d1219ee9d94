using System.Runtime.ExceptionServices;

namespace Ferry.Core.Processes;

/// <summary>Has a function work on one of a tool's streams and closes the stream; what it throws ends the tool.</summary>
internal sealed class StreamTask
{
    private readonly Thread _thread;
    private ExceptionDispatchInfo? _failure;

    private StreamTask(Stream stream, Action<Stream>? work, ProcessEnding ending)
    {
        _thread = new Thread(() => _failure = Feed(stream, work, ending)) { IsBackground = true, Name = "ferry-feed" };
        _thread.Start();
    }

    /// <summary>Lets a function write on a thread of its own.</summary>
    public static StreamTask Start(Stream stream, Action<Stream>? work, ProcessEnding ending) => new(stream, work, ending);

    /// <summary>Waits until it is done; what it threw, or null.</summary>
    public ExceptionDispatchInfo? Join()
    {
        _thread.Join();
        return _failure;
    }

    /// <summary>Lets a function read on this thread, then reads what is left; what it threw, or null.</summary>
    public static ExceptionDispatchInfo? Run(Stream stream, Action<Stream>? work, ProcessEnding ending)
    {
        var failure = Try(() => work?.Invoke(stream), ending);
        return failure ?? Try(() => stream.CopyTo(Stream.Null), ending);
    }

    private static ExceptionDispatchInfo? Feed(Stream stream, Action<Stream>? work, ProcessEnding ending)
    {
        var failure = Try(() => work?.Invoke(new PipeToTool(stream)), ending);
        try
        {
            stream.Close();
        }
        catch (IOException)
        {
            // What was left in a buffer has no reader any more.
        }

        return failure?.SourceException is PipeToTool.ClosedException ? null : failure;
    }

    private static ExceptionDispatchInfo? Try(Action work, ProcessEnding ending)
    {
        try
        {
            work();
            return null;
        }
#pragma warning disable CA1031 // it is thrown again where the tool was started
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (e is not PipeToTool.ClosedException)
            {
                ending.Begin();
            }

            return ExceptionDispatchInfo.Capture(e);
        }
    }
}
