using Ferry.Core.Linux;

namespace Ferry.Core.Processes;

/// <summary>A command could not be started. The message says what and why; <see cref="ExitCode"/> is what shells make of it.</summary>
public sealed class CommandStartException(string command, int errno) : IOException(
    errno == Errno.ENOENT && !command.Contains('/', StringComparison.Ordinal)
        ? $"{command}: command not found"
        : $"{command}: {Errno.Describe(errno)}")
{
    /// <summary>127 when there is no such program, 126 when it is there and cannot be run.</summary>
    public int ExitCode { get; } = errno is Errno.ENOENT or Errno.ENOTDIR ? 127 : 126;
}

/// <summary>Finds a command as <c>execvp</c> does, and starts it.</summary>
internal static class CommandStart
{
    private static readonly byte[] s_defaultPath = "/bin:/usr/bin"u8.ToArray();

    /// <summary>Starts a command in a process group of its own; returns its id, which is the group's too.</summary>
    /// <exception cref="CommandStartException">It could not be started.</exception>
    public static int Spawn(IReadOnlyList<byte[]> arguments, CommandEnvironment environment)
    {
        using var argv = new StringVector(arguments);
        using var envp = new StringVector(environment.Strings);
        var error = -Errno.ENOENT;
        foreach (var path in Candidates(arguments[0], environment.Get("PATH"u8) ?? s_defaultPath))
        {
            var result = Spawn(path, arguments, argv, envp);
            if (result > 0)
            {
                return result;
            }

            if (!IsToBeLookedForFurther(result))
            {
                error = result;
                break;
            }

            error = result == -Errno.EACCES ? result : error;
        }

        throw new CommandStartException(PathText.Display(arguments[0]), -error);
    }

    private static int Spawn(byte[] path, IReadOnlyList<byte[]> arguments, StringVector argv, StringVector envp)
    {
        var result = Kernel.Spawn(path, argv, envp);
        if (result != -Errno.ENOEXEC)
        {
            return result;
        }

        // A script without a first line that names its interpreter.
        using var shell = new StringVector(["sh"u8.ToArray(), path[..^1], .. arguments.Skip(1)]);
        return Kernel.Spawn("/bin/sh\0"u8, shell, envp);
    }

    private static bool IsToBeLookedForFurther(int result) =>
        result is -Errno.ENOENT or -Errno.ENOTDIR or -Errno.EACCES or -Errno.ESTALE or -Errno.ETIMEDOUT;

    /// <summary>The paths to try, each ended by NUL.</summary>
    private static List<byte[]> Candidates(byte[] command, byte[] searchPath)
    {
        if (command.Length == 0 || command.Contains((byte)'/'))
        {
            return [PathText.Terminated(command)];
        }

        var candidates = new List<byte[]>();
        foreach (var range in searchPath.AsSpan().Split((byte)':'))
        {
            candidates.Add(PathText.Terminated(PathText.Join(searchPath.AsSpan()[range], command)));
        }

        return candidates;
    }
}
