namespace Ferry.Testing;

/// <summary>How much work a randomized test does: little by default, all of it with <c>./test --long</c>.</summary>
public static class LongRun
{
    /// <summary>True with <c>./test --long</c> (FERRY_TEST_LONG=1).</summary>
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("FERRY_TEST_LONG") == "1";

    /// <summary>The number of rounds: <paramref name="full"/> in a long run, else <paramref name="small"/>.</summary>
    public static int Count(int small, int full) => IsOn ? full : small;
}
