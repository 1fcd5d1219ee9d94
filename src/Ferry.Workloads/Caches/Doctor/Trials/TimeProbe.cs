using System.Globalization;
using Ferry.Core.Probing;

namespace Ferry.Workloads.Caches.Doctor;

/// <summary>How exactly modification times are kept, and how far the clock that stamps files is from this machine's.</summary>
internal sealed class TimeProbe(ProbeDirectory directory, TimeProvider time) : IProbe
{
    private const long Second = 1_000_000_000;
    private static readonly TimeSpan s_worthTelling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_harmful = TimeSpan.FromMinutes(1);

    public string Name => "times";

    public void Run(FindingList findings)
    {
        var grain = TimeTrial.GrainNs(directory);
        var ahead = TimeTrial.ClockAhead(directory, time);
        var isOff = ahead.Duration() >= s_worthTelling;
        var value = grain.ToString(CultureInfo.InvariantCulture);
        switch (grain)
        {
            case 0:
                findings.Warning("modification times do not come back as they are set", "reads a file again where its time is not the recorded one", value: value);
                break;
            case >= Second:
                findings.Note($"times are kept to {grain / Second} s", "compares times as coarsely as this", value: value);
                break;
            default:
                findings.Ok($"times are kept to {(grain == 1 ? "the nanosecond" : $"{grain} ns")}{(isOff ? "" : "; its clock agrees with ours")}", value: value);
                break;
        }

        if (isOff)
        {
            findings.Add(
                ahead.Duration() >= s_harmful ? FindingSeverity.Warning : FindingSeverity.Note,
                $"its clock is {ahead.Duration().TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s {(ahead > TimeSpan.Zero ? "ahead of" : "behind")} this machine's",
                ahead <= -s_harmful ? "may take another process's unfinished files for leftovers; they are made again" : null, "tell your site; programs that compare times go wrong",
                $"skew {ahead.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)}");
        }
    }
}
