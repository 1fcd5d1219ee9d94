using System.Text;
using Ferry.Core.Linux;
using Ferry.Core.Processes;

namespace Ferry.Workloads.Mirror.Remote;

/// <summary>Runs our scripts in a directory of another machine.</summary>
internal sealed class RemoteMachine(IProcessRunner processes, RemoteShell shell, MirrorEnd end)
{
    /// <summary>Exit code of a script that could not enter the directory.</summary>
    public const int NoDirectory = 99;

    /// <summary>What every script begins with that works in the directory, its first argument.</summary>
    public const string Enter = "cd -- \"$1\" || exit 99; shift; ";

    /// <summary>Lines that are kept of what is said on standard error.</summary>
    private const int MostLines = 1000;

    /// <summary>The end.</summary>
    public MirrorEnd End => end;

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">As <see cref="RemoteScript.Command"/> takes it; the directory is the first argument.</param>
    /// <param name="arguments">The further arguments.</param>
    /// <param name="input">Writes what it reads; null: nothing.</param>
    /// <param name="output">Reads what it prints.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its exit code, and what was said on standard error.</returns>
    /// <exception cref="RemoteException">The machine cannot be reached, or the directory is not there.</exception>
    public (int ExitCode, List<string> Errors) Run(
        string script, IEnumerable<string> arguments, Action<Stream>? input, Action<Stream> output, CancellationToken cancellation)
    {
        var errors = new List<string>();
        var streams = new ToolStreams
        {
            Input = input, Output = output, Environment = new Dictionary<string, string> { ["LC_ALL"] = "C" },
            ErrorLine = line =>
            {
                if (line.Length > 0 && errors.Count < MostLines)
                {
                    errors.Add(PathText.Display(Encoding.UTF8.GetBytes(line)));
                }
            },
        };
        var command = RemoteScript.Command(script, [end.Path, .. arguments]);
        var exitCode = processes.Exchange(shell.Program, shell.ArgumentsFor(end, command), streams, cancellation).ExitCode;
        return exitCode switch
        {
            RsyncExit.NoConnection => throw new RemoteException($"{end.Place}: no connection{Said(errors)}; try: {shell.Program} {end.Login} true"),
            NoDirectory => throw new RemoteException($"{end}: the directory cannot be entered{Said(errors)}; make it, or name another one"),
            _ => (exitCode, errors),
        };
    }

    /// <summary>The last thing that was said, for a message: before it there may be greetings.</summary>
    public static string Said(List<string> errors) => errors.Count == 0 ? "" : $": {errors[^1]}";
}
