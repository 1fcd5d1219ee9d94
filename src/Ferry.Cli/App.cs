using System.CommandLine;
using Ferry.Cli.Commands;
using Ferry.Cli.Commands.Hub;
using Ferry.Cli.Config;
using Ferry.Cli.Output;
using Ferry.Core.Concurrency;
using Ferry.Core.Linux;
using Ferry.Core.Walking;

namespace Ferry.Cli;

/// <summary>Puts the commands together, runs one, and turns whatever happens into an exit code and at most one line.</summary>
internal sealed class App(CommandContext context)
{
    /// <summary>Runs a command line and returns the process's exit code: docs/exit-codes.md.</summary>
    public int Run(string[] args)
    {
        using var interrupt = new Interruption(context.Cancellation);
        try
        {
            ProcessSetup.Apply();
            var parsed = CreateRoot().Parse(args);
            if (UsageErrors.Explain(parsed) is { } usage)
            {
                return Fail(usage, ExitCodes.Usage);
            }

            var code = parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null, Output = context.Out, Error = context.Error,
            });
            context.Out.Flush();
            return code;
        }
        catch (ConfigException e)
        {
            return Fail(e.Message, e.ExitCode);
        }
        catch (OperationCanceledException e) when (interrupt.Signal is { } signal)
        {
            var state = (e as InterruptedException)?.State ?? "what has arrived stays, and the same command goes on from there";
            return Fail($"interrupted by {signal}; {state}", interrupt.ExitCode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Fail(e.Message.ReplaceLineEndings(" "), ExitCodes.Failure);
        }
    }

    internal RootCommand CreateRoot()
    {
        var root = new RootCommand("Puts a job's files on the fastest storage beside it and proves that every byte arrived.");
        root.Subcommands.Add(InitCommand.Create(context, Measure));
        root.Subcommands.Add(SyncCommand.Create(context));
        root.Subcommands.Add(PushCommand.Create(context));
        root.Subcommands.Add(StatusCommand.Create(context));
        root.Subcommands.Add(VerifyCommand.Create(context));
        root.Subcommands.Add(PruneCommand.Create(context));
        root.Subcommands.Add(MigrateCommand.Create(context));
        root.Subcommands.Add(RunCommand.Create(context));
        root.Subcommands.Add(MirrorCommand.Create(context));
        root.Subcommands.Add(HubCommand.Create(context));
        root.Subcommands.Add(DoctorCommand.Create(context));
        root.Subcommands.Add(LockProbeCommand.Create());
        root.Subcommands.Add(ShellInitCommand.Create(context));
        root.Subcommands.Add(ConfigCommand.Create(context));
        root.Subcommands.Add(CompletionCommand.Create(context));
        root.Subcommands.Add(ImportCommand.Create(context));
        root.Subcommands.Add(SelfInstallCommand.Create(context));
        root.Subcommands.Add(InternalCompleteCommand.Create(context));
        DocumentedHelp.Install(root);
        return root;
    }

    private void Measure(string directory, TreeMeasure measure, CancellationToken cancellation)
    {
        using var root = TreeRoot.Open(directory);
        var limiters = new TransferLimiters(null, context.Time);
        measure.Walk(root, limiters.For(root, null), cancellation);
    }

    private int Fail(string message, int code)
    {
        context.Error.WriteLine($"ferry: {message}");
        return code;
    }
}
