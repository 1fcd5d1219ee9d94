using System.Net.Sockets;
using System.Globalization;
using System.Text;

namespace Ferry.Testing.Stores;

/// <summary>One connection of a client to a <see cref="FaultProxy"/>, and that to the server behind it.</summary>
internal sealed class ProxyConnection(FaultProxy proxy, Socket client, Uri server, CancellationToken cancellation) : IDisposable
{
    // For how long a request may still be on its way once its answer has come: a client that was refused need not send the rest.
    private static readonly TimeSpan s_leftover = TimeSpan.FromSeconds(1);

    // Answers are remembered for ProxyFaultKind.Repeat, such as are pages of listings.
    private const int RememberedBytes = 16 << 20;

    private readonly WireReader _fromClient = new(client, cancellation);
    private Socket? _upstream;
    private WireReader? _fromServer;

    /// <summary>Passes requests on until one side closes.</summary>
    public async Task RunAsync()
    {
        client.NoDelay = true;
        while (await HttpHead.ReadAsync(_fromClient) is { } request)
        {
            var fault = proxy.Take(request);
            if (!await (fault?.Kind is ProxyFaultKind.Answer or ProxyFaultKind.Repeat ? AnswerAsync(request, fault) : PassAsync(request, fault))) return;
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _upstream?.Dispose();
    }

    private async Task<bool> AnswerAsync(HttpHead request, ProxyFault fault)
    {
        // Whoever waits to be asked for the body does not send it to a refusal, and nobody knows whether it does.
        if (!request.Expects) await new ProxyBody(_fromClient, request, hasBody: true).CopyAsync(_ => ValueTask.CompletedTask);
        var answer = proxy.LastAnswer(request);
        if (fault.Kind == ProxyFaultKind.Answer)
        {
            var body = Encoding.UTF8.GetBytes(fault.Body);
            var wait = fault.RetryAfter is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"Retry-After: {seconds}\r\n") : "";
            var close = request.Expects ? "Connection: close\r\n" : "";
            var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {fault.Status} Planned\r\n{wait}{close}Content-Type: application/xml\r\nContent-Length: {body.Length}\r\n\r\n");
            answer = [.. Encoding.Latin1.GetBytes(head), .. request.Method == "HEAD" ? [] : body];
        }
        await SendAsync(client, answer);
        return !request.Expects && answer.Length > 0;
    }

    private async Task<bool> PassAsync(HttpHead request, ProxyFault? fault)
    {
        await ConnectAsync();
        await SendAsync(_upstream!, request.Bytes);
        var sending = SendBodyAsync(request, fault);
        // A request that is cut off has no answer: whatever ends first decides.
        var answering = ReceiveAsync(request, fault);
        if (await Task.WhenAny(sending, answering) == sending) await sending;
        var goesOn = await answering;
        if (await Task.WhenAny(sending, Task.Delay(s_leftover, cancellation)) != sending)
        {
            _ = sending.ContinueWith(static late => late.Exception, TaskScheduler.Default);
            return false;
        }
        await sending;
        return goesOn && !request.Closes;
    }

    private async Task SendBodyAsync(HttpHead request, ProxyFault? fault)
    {
        var body = new ProxyBody(_fromClient, request, hasBody: true);
        if (fault is { Kind: ProxyFaultKind.FlipRequestBit }) body.FlipAt = fault.At;
        if (fault is { Kind: ProxyFaultKind.ResetRequest }) body.EndAt = fault.At;
        await body.CopyAsync(bytes => SendAsync(_upstream!, bytes));
        if (fault is not { Kind: ProxyFaultKind.ResetRequest }) return;
        Reset(_upstream!);
        Reset(client);
        throw new OperationCanceledException();
    }

    private async Task<bool> ReceiveAsync(HttpHead request, ProxyFault? fault)
    {
        var answer = await HttpHead.ReadAsync(_fromServer!);
        while (answer is { Status: >= 100 and < 200 })
        {
            await SendAsync(client, answer.Bytes);
            answer = await HttpHead.ReadAsync(_fromServer!);
        }
        if (answer is null) return false;

        if (fault is { Kind: ProxyFaultKind.WrongRange }) answer = answer.With("Content-Range", Shifted);
        var body = new ProxyBody(_fromServer!, answer, hasBody: request.Method != "HEAD" && answer.Status is not (204 or 304)) { UntilClosed = true };
        if (fault is { Kind: ProxyFaultKind.FlipAnswerBit }) body.FlipAt = fault.At;
        if (fault is { Kind: ProxyFaultKind.ResetAnswer or ProxyFaultKind.TruncateAnswer or ProxyFaultKind.Stall }) body.EndAt = fault.At;

        var kept = new MemoryStream();
        await ForwardAsync(answer.Bytes);
        await body.CopyAsync(ForwardAsync);
        if (kept.Length < RememberedBytes) proxy.Remember(request, kept.ToArray());
        switch (fault?.Kind)
        {
            case ProxyFaultKind.Stall:
                // Until the client gives up.
                await _fromClient.ReadAsync(1);
                return false;
            case ProxyFaultKind.ResetAnswer:
                Reset(client);
                return false;
            default:
                return fault is not { Kind: ProxyFaultKind.TruncateAnswer } && !answer.Closes && !body.EndedByClosing;
        }

        ValueTask ForwardAsync(ReadOnlyMemory<byte> bytes)
        {
            if (kept.Length < RememberedBytes) kept.Write(bytes.Span);
            return SendAsync(client, bytes);
        }
    }

    private async Task ConnectAsync()
    {
        // The server may have closed it since the last answer.
        if (_upstream is { } kept && !(kept.Poll(0, SelectMode.SelectRead) && kept.Available == 0)) return;
        _upstream?.Dispose();
        _upstream = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await _upstream.ConnectAsync(server.Host, server.Port, cancellation);
        _fromServer = new WireReader(_upstream, cancellation);
    }

    private async ValueTask SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await to.SendAsync(bytes, SocketFlags.None, cancellation)..];
    }

    private static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }

    // "bytes 10-19/100" to "bytes 11-20/100"
    private static string Shifted(string range)
    {
        var ends = range["bytes ".Length..range.IndexOf('/')].Split('-').Select(end => long.Parse(end, CultureInfo.InvariantCulture) + 1);
        return $"bytes {string.Join('-', ends)}{range[range.IndexOf('/')..]}";
    }
}
