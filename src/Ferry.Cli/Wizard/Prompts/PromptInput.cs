using Spectre.Console;

namespace Ferry.Cli.Wizard.Prompts;

/// <summary>The user wants the question before this one.</summary>
internal sealed class BackException : Exception;

/// <summary>The user wants to end without a result.</summary>
internal sealed class QuitException : Exception;

/// <summary>
/// Keys for prompts, of which some end the prompt whatever it is: Esc, and a signal. The prompt sees Enter then, so that it takes itself off the
/// screen as it always does, and <see cref="ThrowIfEnded"/> tells what was meant.
/// </summary>
internal sealed class PromptInput(IAnsiConsoleInput keys, CancellationToken cancellation) : IAnsiConsoleInput
{
    private static readonly ConsoleKeyInfo s_enter = new('\r', ConsoleKey.Enter, shift: false, alt: false, control: false);

    private bool _isBack;

    /// <summary>Whether the last Enter was none of the user's.</summary>
    public bool IsEnded => _isBack || cancellation.IsCancellationRequested;

    public bool IsKeyAvailable() => keys.IsKeyAvailable();

    public ConsoleKeyInfo? ReadKey(bool intercept) => ReadKeyAsync(intercept, CancellationToken.None).GetAwaiter().GetResult();

    public async Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken)
    {
        if (cancellation.IsCancellationRequested)
            return s_enter;
        try
        {
            var key = await keys.ReadKeyAsync(intercept, cancellation).ConfigureAwait(false);
            _isBack = key is { Key: ConsoleKey.Escape };
            return _isBack ? s_enter : key;
        }
        catch (OperationCanceledException)
        {
            return s_enter;
        }
    }

    /// <summary>To be called after every prompt.</summary>
    /// <exception cref="BackException">It was ended by Esc.</exception>
    /// <exception cref="OperationCanceledException">It was ended by a signal.</exception>
    public void ThrowIfEnded()
    {
        cancellation.ThrowIfCancellationRequested();
        if (!_isBack)
            return;
        _isBack = false;
        throw new BackException();
    }
}
