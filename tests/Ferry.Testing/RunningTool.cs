using System.Diagnostics;

namespace Ferry.Testing;

/// <summary>A process that a test started and may signal. Disposing kills it with its children.</summary>
public sealed class RunningTool : IDisposable
{
    private readonly Process _process;
    private readonly TimeSpan _timeout;
    private readonly Task<byte[]> _stdout;
    private readonly Task<string> _stderr;
    private readonly Task _fed;

    private RunningTool(Process process, ToolOptions options)
    {
        _process = process;
        _timeout = options.Timeout;
        _stdout = Task.Run(() => ReadAll(process.StandardOutput.BaseStream));
        _stderr = Task.Run(process.StandardError.ReadToEnd);
        _fed = Task.Run(() => Feed(process, options.Stdin));
    }

    /// <summary>The process id of the program itself, not of a shell around it.</summary>
    public int Id => _process.Id;

    /// <summary>True once it ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a program.</summary>
    public static RunningTool Start(string program, IEnumerable<string> args, ToolOptions options) =>
        new(Process.Start(Tool.StartInfo(program, args, options))!, options);

    /// <summary>Sends a signal; does nothing once the process ended.</summary>
    public void Signal(int signal)
    {
        if (!_process.HasExited) _ = LinuxCalls.Kill(_process.Id, signal);
    }

    /// <summary>SIGKILL to the process alone, as a scheduler or the kernel would, and waits until it is gone.</summary>
    public ToolResult Kill()
    {
        Signal(LinuxCalls.SigKill);
        return Wait();
    }

    /// <summary>Waits for its end.</summary>
    /// <exception cref="TimeoutException">It took longer than <see cref="ToolOptions.Timeout"/> and was killed.</exception>
    public ToolResult Wait()
    {
        var ended = _process.WaitForExit(_timeout);
        if (!ended) _process.Kill(entireProcessTree: true);
        // A child that inherited the pipes would keep them open for ever.
        var read = Task.WaitAll([_stdout, _stderr], TimeSpan.FromSeconds(30));
        if (ended && read) return new ToolResult(_process.ExitCode, _stdout.Result, _stderr.Result);
        var stderr = _stderr.IsCompletedSuccessfully ? _stderr.Result : "";
        throw new TimeoutException($"{_process.StartInfo.FileName} {(ended ? "left a child that holds its output" :
            $"did not end within {_timeout}")}; stderr so far:\n{stderr}");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        // Both close the process's standard input, and its writer is not made for two threads at once.
        _fed.Wait(TimeSpan.FromSeconds(30));
        _process.Dispose();
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        return all.ToArray();
    }

    private static void Feed(Process process, byte[] stdin)
    {
        try
        {
            process.StandardInput.BaseStream.Write(stdin);
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It ended without reading all of it.
        }
    }
}
