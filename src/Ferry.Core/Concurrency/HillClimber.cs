namespace Ferry.Core.Concurrency;

/// <summary>
/// Decides, from one measured window after another, how many operations should be in flight. Pure logic: no clock, no threads.
/// </summary>
/// <remarks>
/// <para>
/// At first it searches: doubles while throughput rises with the limit, and if the very first doubling gains nothing halves
/// while nothing is lost. Then it holds, and now and then probes half a step up or a quarter down, each probe one window long
/// and compared with the windows just before it. Probes that change nothing become rarer.
/// </para>
/// <para>
/// By Little's law, latency at a full limit is limit / throughput. A fall of the throughput at an unchanged limit is therefore
/// the rise of latency without a gain that asks for backing off; it starts a search downwards at once.
/// </para>
/// <para>Not thread-safe.</para>
/// </remarks>
internal sealed class HillClimber
{
    // A step up must pay by this factor, or it is taken back. Low enough to end at 94 % of a hard cap, above the noise of a window.
    private const double NoticeableGain = 1.06;

    // A step down is kept if no more than this is lost, counted from where the descent began, so that losses do not add up.
    private const double TolerableLoss = 0.96;

    // Share of the ideal gain (twice the slots, twice the throughput) above which the next step up follows at once.
    private const double NearIdeal = 0.7;

    // A held throughput that leaves this band around its mean, twice running, means another device or another load.
    private const double Fall = 0.6;
    private const double Rise = 1.6;

    private const int ShortestHold = 8;
    private const int LongestHold = 64;

    private readonly LimiterOptions _options;
    private readonly int _cores;
    private Phase _phase = Phase.Baseline;
    private int _base;
    private double _reference;
    private double _anchor;
    private bool _lowerIsWorse;
    private bool _searching = true;
    private bool _upNext = true;
    private int _holdLength = ShortestHold;
    private int _holdLeft;
    private int _shifts;

    /// <summary>Starts at the start of the range.</summary>
    /// <param name="options">The range.</param>
    /// <param name="cores">Cores of this process, 1 or more: where a limit that only costs processor time ends up.</param>
    internal HillClimber(LimiterOptions options, int cores)
    {
        _options = options;
        _cores = Math.Max(1, cores);
        _base = Limit = options.Start;
    }

    private enum Phase
    {
        /// <summary>The throughput at the current limit is not known yet.</summary>
        Baseline,
        Hold,
        Up,
        Down,
    }

    /// <summary>The limit to apply to the next window.</summary>
    internal int Limit { get; private set; }

    /// <summary>Shortest useful duration of the next window: short while searching, longer once settled.</summary>
    internal TimeSpan WindowDuration => TimeSpan.FromMilliseconds(_phase switch
    {
        Phase.Hold => 100,
        _ when _searching => 20,
        _ => 50,
    });

    /// <summary>Takes in what the last window showed and moves <see cref="Limit"/>.</summary>
    /// <param name="sample">The window, measured entirely at <see cref="Limit"/>.</param>
    internal void Observe(in WindowSample sample)
    {
        if (!sample.IsSaturated)
        {
            // Too little work to tell: undo a probe, and measure afresh when work comes back.
            Limit = _base;
            _phase = Phase.Baseline;
            return;
        }
        switch (_phase)
        {
            case Phase.Baseline:
                TakeBaseline(sample);
                break;
            case Phase.Up:
                JudgeStepUp(sample);
                break;
            case Phase.Down:
                JudgeStepDown(sample);
                break;
            default:
                KeepHolding(sample);
                break;
        }
    }

    private void TakeBaseline(in WindowSample sample)
    {
        _reference = sample.CostPerSecond;
        if (!_searching)
            Hold();
        else if (!StepUp(sample.IsCpuBound) && (_lowerIsWorse || !StepDown(sample.IsCpuBound)))
            Settle();
    }

    private void JudgeStepUp(in WindowSample sample)
    {
        double gain = sample.CostPerSecond / _reference;
        if (sample.IsCpuBound || gain < NoticeableGain)
        {
            Limit = _base;
            if (_lowerIsWorse || !_searching || !StepDown(sample.IsCpuBound))
                Settle();
            return;
        }
        double ideal = (double)Limit / _base;
        Accept(sample);
        _lowerIsWorse = true;
        _searching = true;
        if (gain - 1 < (ideal - 1) * NearIdeal || !StepUp(sample.IsCpuBound))
            Settle();
    }

    private void JudgeStepDown(in WindowSample sample)
    {
        if (sample.CostPerSecond < _anchor * TolerableLoss)
        {
            Limit = _base;
            _lowerIsWorse = true;
            Settle();
            return;
        }
        double anchor = Math.Max(_anchor, sample.CostPerSecond);
        Accept(sample);
        if (StepDown(sample.IsCpuBound))
            _anchor = anchor;
        else
            Settle();
    }

    private void KeepHolding(in WindowSample sample)
    {
        double ratio = sample.CostPerSecond / _reference;
        if (ratio is < Fall or > Rise)
        {
            // One odd window may be a big file; two are another device.
            if (++_shifts < 2)
                return;
            Research(ratio < Fall, sample);
            return;
        }
        _shifts = 0;
        _reference += (sample.CostPerSecond - _reference) / 2;
        if (--_holdLeft <= 0 && !Probe(sample.IsCpuBound))
            Hold();
    }

    private void Research(bool slower, in WindowSample sample)
    {
        _reference = sample.CostPerSecond;
        _lowerIsWorse = false;
        _searching = true;
        _holdLength = ShortestHold;
        bool stepped = slower
            ? StepDown(sample.IsCpuBound) || StepUp(sample.IsCpuBound)
            : StepUp(sample.IsCpuBound) || StepDown(sample.IsCpuBound);
        if (!stepped)
            Settle();
    }

    private bool Probe(bool cpuBound)
    {
        bool up = _upNext;
        _upNext = !_upNext;
        _holdLength = Math.Min(_holdLength * 2, LongestHold);
        return up ? StepUp(cpuBound) || StepDown(cpuBound) : StepDown(cpuBound) || StepUp(cpuBound);
    }

    private bool StepUp(bool cpuBound)
    {
        int next = Math.Min(_options.Max, Math.Max(_base + 1, _searching ? _base * 2 : _base + _base / 2));
        if (cpuBound || next <= _base)
            return false;
        Limit = next;
        _phase = Phase.Up;
        return true;
    }

    private bool StepDown(bool cpuBound)
    {
        // Cores that are all busy have use for one operation each.
        int floor = cpuBound ? Math.Max(_options.Min, _cores) : _options.Min;
        int next = Math.Max(floor, Math.Min(_base - 1, _searching ? _base / 2 : _base - _base / 4));
        if (next >= _base)
            return false;
        Limit = next;
        _anchor = _reference;
        _phase = Phase.Down;
        return true;
    }

    private void Accept(in WindowSample sample)
    {
        _base = Limit;
        _reference = sample.CostPerSecond;
        _holdLength = ShortestHold;
    }

    private void Settle()
    {
        _searching = false;
        Hold();
    }

    private void Hold()
    {
        _phase = Phase.Hold;
        _holdLeft = _holdLength;
        _shifts = 0;
    }
}
