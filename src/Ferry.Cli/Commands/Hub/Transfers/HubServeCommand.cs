using System.CommandLine;
using Ferry.Core.Linux;
using Ferry.Workloads.HuggingFace.Serve;
using Ferry.Workloads.HuggingFace.Serve.Sources;

namespace Ferry.Cli.Commands.Hub;

/// <summary><c>ferry hf serve</c>: answers the hub's clients on this machine from the cache and the bucket.</summary>
internal static class HubServeCommand
{
    private const int MaxPort = 65_535;

    public static Command Create(CommandContext context, HubOptions options)
    {
        var port = new Option<int>("--port") { Description = "port on 127.0.0.1; 0 for any that is free (default: 0)", HelpName = "N" };
        port.Validators.Add(result =>
        {
            if (result.GetValue(port) is < 0 or > MaxPort)
            {
                result.AddError($"--port must be from 0 to {MaxPort}");
            }
        });
        var allUsers = new Option<bool>("--all-users") { Description = "answer other users of this machine, too: with your rights to the store" };
        var command = new DocumentedCommand("serve", "Answer the hub's clients on this machine from the cache and the bucket, until it is ended: set HF_ENDPOINT to the address that it prints.")
        {
            Examples = ["ferry hf serve --port 8090", "HF_ENDPOINT=http://127.0.0.1:8090 python train.py"],
            ExitCodes = "1 the port is taken, or the store cannot be opened; 2 wrong usage or configuration; 130, 143 ended by a signal, as is usual",
        };
        command.Options.Add(port);
        command.Options.Add(allUsers);
        command.SetAction(parsed => Run(options.Read(parsed), parsed.GetValue(port), parsed.GetValue(allUsers), context));
        return command;
    }

    internal static int Run(HubChoice choice, int port, bool servesOthers, CommandContext context)
    {
        using var session = new HubSession(context, choice);
        var near = new CacheSource(session.CacheDirectory.Value);
        var far = session.Config.Url is null ? null : new BucketSource(session.OpenBucket());
        var serving = new HubServerOptions { Port = port, ServesOthers = servesOthers, StallLimit = session.Config.Timeout.Value, Time = context.Time };
        using var server = HubServer.Start(near, far, serving, new Observer(session));
        context.Out.WriteLine(server.Address.GetLeftPart(UriPartial.Authority));
        context.Out.Flush();
        session.Note($"serving {session.CacheDirectory.Value}{(far is null ? "; no store is configured" : $" and {session.Place.Url}")}; Ctrl-C ends it");
        try
        {
            HubSession.Wait(RunAsync(server, session.Cancellation));
        }
        catch (OperationCanceledException)
        {
            throw new InterruptedException("nothing is served any more");
        }

        return Output.ExitCodes.Ok;
    }

    private static async Task<bool> RunAsync(HubServer server, CancellationToken cancellation)
    {
        await server.RunAsync(cancellation).ConfigureAwait(false);
        return true;
    }

    private sealed class Observer(HubSession session) : IServeObserver
    {
        public void OnAnswered(ServedRequest request)
        {
            if (session.Choice.Verbosity > 0)
            {
                session.Tell($"{request.Method} {request.Path}: {request.Status}, {ByteText.Of(request.Bytes)}");
            }
        }

        public void OnFailed(string path, string reason) => session.Tell($"{path}: {reason}");
    }
}
